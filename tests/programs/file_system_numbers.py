"""`os.statvfs` and `os.fstatvfs`, and what stands on them."""
import os
import shutil

by_path, by_bytes = os.statvfs("/"), os.statvfs(b"/")
print(type(by_path), len(by_path), by_path.n_fields, by_path.n_sequence_fields)
fields = [name for name in dir(by_path) if name.startswith("f_")]
print(fields)
fixed = "f_bsize f_frsize f_blocks f_files f_flag f_namemax f_fsid".split()
print([getattr(by_path, name) == getattr(by_bytes, name) for name in fixed])
fd = os.open("/", os.O_RDONLY)
for other in (os.fstatvfs(fd), os.statvfs(fd), os.statvfs(path="/")):
    print([getattr(by_path, name) == getattr(other, name) for name in fixed])
os.close(fd)
print(by_path.f_bavail <= by_path.f_bfree <= by_path.f_blocks, by_path[9] == by_path.f_namemax)
print(sorted(name for name in dir(os) if name.startswith("ST_")), os.statvfs in os.supports_fd)
usage = shutil.disk_usage("/")
print(usage.total == by_path.f_blocks * by_path.f_frsize, usage.total > 0)
for function, argument in (
    (os.statvfs, "/no/such/place"), (os.statvfs, 1.5), (os.statvfs, 9999), (os.fstatvfs, "x"), (os.fstatvfs, 9999), (os.statvfs, "a\0b"),
):
    try:
        function(argument)
    except Exception as error:
        print(type(error).__name__, error)
