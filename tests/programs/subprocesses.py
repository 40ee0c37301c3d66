# Children: every way to start one, to talk with it, and to learn how it ended.
import os
import signal
import subprocess
import sys
import tempfile

PYTHON = [sys.executable, "-c"]
done = subprocess.run([*PYTHON, "print(6 * 7)"], capture_output=True, text=True)
print(done.returncode, repr(done.stdout), repr(done.stderr))
done = subprocess.run([*PYTHON, "import sys; print(input()[::-1]); sys.exit(3)"], input=b"abc\n", stdout=subprocess.PIPE)
print(done.returncode, done.stdout)
try:
    subprocess.run([*PYTHON, "raise SystemExit(5)"], check=True)
except subprocess.CalledProcessError as error:
    print(error.returncode)
print(subprocess.check_output(["sh", "-c", "echo $ADDED; pwd"], env={"ADDED": "yes"}, cwd="/", text=True).split())
print(subprocess.run("echo out; echo err >&2", shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
print(subprocess.getstatusoutput("exit 2"), subprocess.call(["true"]), subprocess.call(["false"]))
for bad in (["/no/such/program"], ["no-such-program"]):
    try:
        subprocess.run(bad)
    except FileNotFoundError as error:
        print(error.errno, error.filename)
try:
    subprocess.run(["true"], cwd="/no/such/folder")
except FileNotFoundError as error:
    print(error.filename)
try:
    subprocess.run(["sleep", "10"], timeout=0.05)
except subprocess.TimeoutExpired as error:
    print(error.cmd)

child = subprocess.Popen(["sleep", "10"])
print(child.poll())
child.terminate()
print(child.wait() == -signal.SIGTERM, child.returncode)
with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as child:
    child.stdin.write("a line\n")
    child.stdin.flush()
    print(repr(child.stdout.readline()))
    child.stdin.close()
print(child.returncode)
one = subprocess.Popen(["echo", "through a pipe"], stdout=subprocess.PIPE)
two = subprocess.Popen(["tr", "a-z", "A-Z"], stdin=one.stdout, stdout=subprocess.PIPE)
one.stdout.close()
print(two.communicate()[0], one.wait())
with tempfile.TemporaryFile() as file:
    subprocess.run(["echo", "into a file"], stdout=file)
    file.seek(0)
    print(file.read())
print(subprocess.run(["sh", "-c", "cat <&3"], pass_fds=(), close_fds=True, capture_output=True).returncode != 0)
reader, writer = os.pipe()
os.write(writer, b"given")
os.close(writer)
command = ["sh", "-c", f"cat <&{reader}"]
print(subprocess.run(command, pass_fds=(reader,), capture_output=True).stdout)
os.close(reader)
print(subprocess.run(["sh", "-c", "umask"], umask=0o077, capture_output=True).stdout)
print(subprocess.run(["true"], preexec_fn=lambda: os.write(2, b"")).returncode)
try:
    subprocess.run(["true"], preexec_fn=lambda: 1 / 0)
except subprocess.SubprocessError as error:
    print(error)
print(subprocess.run([*PYTHON, "import os; print(os.getsid(0) == os.getpid())"], start_new_session=True, capture_output=True).stdout)

# By hand.
for status in (0, 7):
    pid = os.fork()
    if pid == 0:
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
os.register_at_fork(before=lambda: print("before", flush=True), after_in_parent=lambda: print("parent", flush=True))
reader, writer = os.pipe()
pid = os.fork()
if pid == 0:
    os.execv("/bin/sh", ["sh", "-c", f"echo from the child >&{os.dup2(writer, 9)}"])
os.close(writer)
print(os.read(reader, 100), os.wait()[1])
os.close(reader)
try:
    os.waitpid(-1, 0)
except ChildProcessError as error:
    print(type(error).__name__)
