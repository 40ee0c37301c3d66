# Incremental one-way constraints by strength (the DeltaBlue algorithm of Sannella, Maloney, Freeman-Benson and Borning), written anew.
REQUIRED, STRONG_PREFERRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAK_DEFAULT, WEAKEST = range(7)


class Variable:
    def __init__(self, name, value=0):
        self.name = name
        self.value = value
        self.users = []
        self.source = None
        self.mark = 0
        self.strength = WEAKEST
        self.stays = True


class Constraint:
    def __init__(self, strength):
        self.strength = strength

    def post(self, planner):
        self.attach()
        planner.add(self)

    def withdraw(self, planner):
        if self.is_satisfied():
            planner.remove(self)
        else:
            self.detach()

    def is_input(self):
        return False

    def satisfy(self, mark, planner):
        self.choose(mark)
        if not self.is_satisfied():
            if self.strength == REQUIRED:
                raise ValueError("a required constraint cannot hold")
            return None
        self.mark_inputs(mark)
        out = self.output()
        beaten = out.source
        if beaten is not None:
            beaten.give_up()
        out.source = self
        if not planner.propagate(self, mark):
            raise ValueError("a cycle of constraints")
        out.mark = mark
        return beaten


class Unary(Constraint):
    def __init__(self, variable, strength, planner):
        super().__init__(strength)
        self.variable = variable
        self.satisfied = False
        self.post(planner)

    def attach(self):
        self.variable.users.append(self)
        self.satisfied = False

    def detach(self):
        self.variable.users.remove(self)
        self.satisfied = False

    def choose(self, mark):
        self.satisfied = self.variable.mark != mark and self.strength < self.variable.strength

    def is_satisfied(self):
        return self.satisfied

    def mark_inputs(self, mark):
        pass

    def inputs_known(self, mark):
        return True

    def output(self):
        return self.variable

    def give_up(self):
        self.satisfied = False

    def recalculate(self):
        self.variable.strength = self.strength
        self.variable.stays = not self.is_input()
        if self.variable.stays:
            self.execute()

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    def is_input(self):
        return True


class Binary(Constraint):
    def __init__(self, first, second, strength, planner):
        super().__init__(strength)
        self.first = first
        self.second = second
        self.forward = None
        self.post(planner)

    def variables(self):
        return self.first, self.second

    def attach(self):
        for variable in self.variables():
            variable.users.append(self)
        self.forward = None

    def detach(self):
        for variable in self.variables():
            variable.users.remove(self)
        self.forward = None

    def choose(self, mark):
        first, second = self.first, self.second
        if first.mark == mark:
            possible = second.mark != mark and self.strength < second.strength
            self.forward = True if possible else None
        elif second.mark == mark:
            self.forward = False if self.strength < first.strength else None
        elif second.strength < first.strength:
            self.forward = False if self.strength < first.strength else None
        else:
            self.forward = True if self.strength < second.strength else None

    def is_satisfied(self):
        return self.forward is not None

    def input(self):
        return self.first if self.forward else self.second

    def output(self):
        return self.second if self.forward else self.first

    def mark_inputs(self, mark):
        self.input().mark = mark

    def inputs_known(self, mark):
        variable = self.input()
        return variable.mark == mark or variable.stays or variable.source is None

    def give_up(self):
        self.forward = None

    def recalculate(self):
        source, out = self.input(), self.output()
        out.strength = max(self.strength, source.strength)
        out.stays = source.stays
        if out.stays:
            self.execute()


class Equal(Binary):
    def execute(self):
        self.output().value = self.input().value


class Scale(Binary):
    def __init__(self, source, scale, offset, target, strength, planner):
        self.scale = scale
        self.offset = offset
        super().__init__(source, target, strength, planner)

    def variables(self):
        return self.first, self.second, self.scale, self.offset

    def mark_inputs(self, mark):
        super().mark_inputs(mark)
        self.scale.mark = self.offset.mark = mark

    def inputs_known(self, mark):
        known = super().inputs_known(mark)
        return known and all(v.mark == mark or v.stays or v.source is None for v in (self.scale, self.offset))

    def execute(self):
        if self.forward:
            self.second.value = self.first.value * self.scale.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.scale.value

    def recalculate(self):
        source, out = self.input(), self.output()
        out.strength = max(self.strength, source.strength)
        out.stays = source.stays and self.scale.stays and self.offset.stays
        if out.stays:
            self.execute()


class Planner:
    def __init__(self):
        self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def add(self, constraint):
        mark = self.new_mark()
        while constraint is not None:
            constraint = constraint.satisfy(mark, self)

    def remove(self, constraint):
        out = constraint.output()
        constraint.give_up()
        constraint.detach()
        for lost in sorted(self.unsatisfied_behind(out), key=lambda c: c.strength):
            self.add(lost)

    def unsatisfied_behind(self, out):
        out.source = None
        out.strength = WEAKEST
        out.stays = True
        found, todo = [], [out]
        while todo:
            variable = todo.pop()
            found += [c for c in variable.users if not c.is_satisfied()]
            for user in self.consumers(variable):
                user.recalculate()
                todo.append(user.output())
        return found

    def consumers(self, variable):
        return [c for c in variable.users if c is not variable.source and c.is_satisfied()]

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            current = todo.pop()
            if current.output().mark == mark:
                self.remove(constraint)
                return False
            current.recalculate()
            todo += self.consumers(current.output())
        return True

    def plan(self, constraints):
        todo = [c for c in constraints if c.is_input() and c.is_satisfied()]
        mark, plan = self.new_mark(), []
        while todo:
            constraint = todo.pop()
            out = constraint.output()
            if out.mark != mark and constraint.inputs_known(mark):
                plan.append(constraint)
                out.mark = mark
                todo += self.consumers(out)
        return plan


def change(planner, variable, value):
    edit = Edit(variable, PREFERRED, planner)
    plan = planner.plan([edit])
    for _ in range(10):
        variable.value = value
        for constraint in plan:
            constraint.execute()
    edit.withdraw(planner)


def chain(n):
    planner = Planner()
    row = [Variable(f"v{i}") for i in range(n + 1)]
    for before, after in zip(row, row[1:]):
        Equal(before, after, REQUIRED, planner)
    Stay(row[-1], STRONG_DEFAULT, planner)
    edit = Edit(row[0], PREFERRED, planner)
    plan = planner.plan([edit])
    for i in range(100):
        row[0].value = i
        for constraint in plan:
            constraint.execute()
        assert row[-1].value == i
    edit.withdraw(planner)


def projection(n):
    planner = Planner()
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    sources, targets = [], []
    for i in range(n):
        source, target = Variable(f"source{i}", i), Variable(f"target{i}", i)
        sources.append(source)
        targets.append(target)
        Stay(source, NORMAL, planner)
        Scale(source, scale, offset, target, REQUIRED, planner)
    change(planner, sources[-1], 17)
    assert targets[-1].value == 1170
    change(planner, targets[-1], 1050)
    assert sources[-1].value == 5
    change(planner, scale, 5)
    assert all(t.value == s.value * 5 + 1000 for s, t in zip(sources[:-1], targets[:-1]))
    change(planner, offset, 2000)
    assert all(t.value == s.value * 5 + 2000 for s, t in zip(sources[:-1], targets[:-1]))


for _ in range(5):
    chain(1500)
    projection(1500)
