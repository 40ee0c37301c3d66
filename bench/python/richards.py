# Martin Richards's simulated operating system, written anew: six tasks that pass packets, a scheduler by priority.
IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
DEVICE, WORK = range(2)


class Packet:
    def __init__(self, link, owner, kind):
        self.link = link
        self.owner = owner
        self.kind = kind
        self.place = 0
        self.data = [0] * 4

    def put_behind(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, system, name, priority, queue):
        self.system = system
        self.name = name
        self.priority = priority
        self.queue = queue
        self.pending = queue is not None
        self.waiting = False
        self.held = False
        self.next = system.tasks
        system.tasks = self
        system.table[name] = self

    def is_blocked(self):
        return self.held or (self.waiting and not self.pending)

    def step(self, packet):
        raise NotImplementedError

    def receive(self, packet, sender):
        if self.queue is None:
            self.queue = packet
            self.pending = True
            packet.link = None
            if self.priority > sender.priority:
                return self
        else:
            packet.put_behind(self.queue)
        return sender

    def run(self):
        packet = None
        if self.waiting and self.pending:
            packet = self.queue
            self.queue = packet.link
            self.waiting = False
            self.pending = self.queue is not None
        return self.step(packet)

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.system.holds += 1
        self.held = True
        return self.next

    def release(self, name):
        task = self.system.table[name]
        task.held = False
        return task if task.priority > self.priority else self

    def send(self, packet):
        task = self.system.table[packet.owner]
        self.system.sent += 1
        packet.link = None
        packet.owner = self.name
        return task.receive(packet, self)


class Idle(Task):
    def __init__(self, system, rounds):
        super().__init__(system, IDLE, 0, None)
        self.rounds = rounds
        self.control = 1

    def step(self, packet):
        self.rounds -= 1
        if self.rounds == 0:
            return self.hold()
        if self.control & 1:
            self.control = self.control // 2 ^ 0xD008
            return self.release(DEVICE_B)
        self.control //= 2
        return self.release(DEVICE_A)


class Worker(Task):
    def __init__(self, system, queue):
        super().__init__(system, WORKER, 1000, queue)
        self.target = HANDLER_A
        self.letter = 0
        self.waiting = True

    def step(self, packet):
        if packet is None:
            return self.wait()
        self.target = HANDLER_B if self.target == HANDLER_A else HANDLER_A
        packet.owner = self.target
        packet.place = 0
        for i in range(4):
            self.letter = self.letter % 26 + 1
            packet.data[i] = ord("A") + self.letter - 1
        return self.send(packet)


class Handler(Task):
    def __init__(self, system, name, priority, queue):
        super().__init__(system, name, priority, queue)
        self.work = None
        self.devices = None
        self.waiting = True

    def step(self, packet):
        if packet is not None:
            if packet.kind == WORK:
                self.work = packet.put_behind(self.work)
            else:
                self.devices = packet.put_behind(self.devices)
        work = self.work
        if work is not None:
            if work.place >= 4:
                self.work = work.link
                return self.send(work)
            device = self.devices
            if device is not None:
                self.devices = device.link
                device.place = work.data[work.place]
                work.place += 1
                return self.send(device)
        return self.wait()


class Device(Task):
    def __init__(self, system, name, priority):
        super().__init__(system, name, priority, None)
        self.packet = None
        self.waiting = True

    def step(self, packet):
        if packet is None:
            packet = self.packet
            if packet is None:
                return self.wait()
            self.packet = None
            return self.send(packet)
        self.packet = packet
        return self.hold()


class System:
    def __init__(self, rounds):
        self.tasks = None
        self.table = [None] * 6
        self.holds = self.sent = 0
        Idle(self, rounds)
        work = Packet(Packet(None, 0, WORK), 0, WORK)
        Worker(self, work)
        for name, priority, device in (HANDLER_A, 2000, DEVICE_A), (HANDLER_B, 3000, DEVICE_B):
            queue = None
            for _ in range(5):
                queue = Packet(queue, device, DEVICE)
            Handler(self, name, priority, queue)
        Device(self, DEVICE_A, 4000)
        Device(self, DEVICE_B, 5000)

    def run(self):
        task = self.tasks
        while task is not None:
            task = task.next if task.is_blocked() else task.run()
        return self.sent, self.holds


for _ in range(5):
    result = System(10_000).run()
print(result)
