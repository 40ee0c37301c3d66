/* What the platform is asked for, and what it has: under the names of CPython's pyconfig.h. */
#ifndef ADDER_PLATFORM_H
#define ADDER_PLATFORM_H

/* As Python.h comes before the headers of the system, these say what all of them declare. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#ifndef _DARWIN_C_SOURCE
#define _DARWIN_C_SOURCE 1
#endif
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif

#define STDC_HEADERS 1
#define WITH_DOC_STRINGS 1

/* Headers. */
#ifdef __has_include
#if __has_include(<alloca.h>)
#define HAVE_ALLOCA_H 1
#endif
#if __has_include(<dirent.h>)
#define HAVE_DIRENT_H 1
#endif
#if __has_include(<dlfcn.h>)
#define HAVE_DLFCN_H 1
#endif
#if __has_include(<endian.h>)
#define HAVE_ENDIAN_H 1
#endif
#if __has_include(<errno.h>)
#define HAVE_ERRNO_H 1
#endif
#if __has_include(<fcntl.h>)
#define HAVE_FCNTL_H 1
#endif
#if __has_include(<grp.h>)
#define HAVE_GRP_H 1
#endif
#if __has_include(<inttypes.h>)
#define HAVE_INTTYPES_H 1
#endif
#if __has_include(<langinfo.h>)
#define HAVE_LANGINFO_H 1
#endif
#if __has_include(<netinet/in.h>)
#define HAVE_NETINET_IN_H 1
#endif
#if __has_include(<net/ethernet.h>)
#define HAVE_NET_ETHERNET_H 1
#endif
#if __has_include(<net/if.h>)
#define HAVE_NET_IF_H 1
#endif
#if __has_include(<poll.h>)
#define HAVE_POLL_H 1
#endif
#if __has_include(<pthread.h>)
#define HAVE_PTHREAD_H 1
#endif
#if __has_include(<pty.h>)
#define HAVE_PTY_H 1
#endif
#if __has_include(<sched.h>)
#define HAVE_SCHED_H 1
#endif
#if __has_include(<setjmp.h>)
#define HAVE_SETJMP_H 1
#endif
#if __has_include(<signal.h>)
#define HAVE_SIGNAL_H 1
#endif
#if __has_include(<spawn.h>)
#define HAVE_SPAWN_H 1
#endif
#if __has_include(<stdint.h>)
#define HAVE_STDINT_H 1
#endif
#if __has_include(<stdio.h>)
#define HAVE_STDIO_H 1
#endif
#if __has_include(<stdlib.h>)
#define HAVE_STDLIB_H 1
#endif
#if __has_include(<strings.h>)
#define HAVE_STRINGS_H 1
#endif
#if __has_include(<string.h>)
#define HAVE_STRING_H 1
#endif
#if __has_include(<syslog.h>)
#define HAVE_SYSLOG_H 1
#endif
#if __has_include(<sys/auxv.h>)
#define HAVE_SYS_AUXV_H 1
#endif
#if __has_include(<sys/epoll.h>)
#define HAVE_SYS_EPOLL_H 1
#endif
#if __has_include(<sys/eventfd.h>)
#define HAVE_SYS_EVENTFD_H 1
#endif
#if __has_include(<sys/file.h>)
#define HAVE_SYS_FILE_H 1
#endif
#if __has_include(<sys/ioctl.h>)
#define HAVE_SYS_IOCTL_H 1
#endif
#if __has_include(<sys/mman.h>)
#define HAVE_SYS_MMAN_H 1
#endif
#if __has_include(<sys/param.h>)
#define HAVE_SYS_PARAM_H 1
#endif
#if __has_include(<sys/poll.h>)
#define HAVE_SYS_POLL_H 1
#endif
#if __has_include(<sys/random.h>)
#define HAVE_SYS_RANDOM_H 1
#endif
#if __has_include(<sys/resource.h>)
#define HAVE_SYS_RESOURCE_H 1
#endif
#if __has_include(<sys/select.h>)
#define HAVE_SYS_SELECT_H 1
#endif
#if __has_include(<sys/sendfile.h>)
#define HAVE_SYS_SENDFILE_H 1
#endif
#if __has_include(<sys/socket.h>)
#define HAVE_SYS_SOCKET_H 1
#endif
#if __has_include(<sys/statvfs.h>)
#define HAVE_SYS_STATVFS_H 1
#endif
#if __has_include(<sys/stat.h>)
#define HAVE_SYS_STAT_H 1
#endif
#if __has_include(<sys/syscall.h>)
#define HAVE_SYS_SYSCALL_H 1
#endif
#if __has_include(<sys/sysmacros.h>)
#define HAVE_SYS_SYSMACROS_H 1
#endif
#if __has_include(<sys/timerfd.h>)
#define HAVE_SYS_TIMERFD_H 1
#endif
#if __has_include(<sys/times.h>)
#define HAVE_SYS_TIMES_H 1
#endif
#if __has_include(<sys/time.h>)
#define HAVE_SYS_TIME_H 1
#endif
#if __has_include(<sys/types.h>)
#define HAVE_SYS_TYPES_H 1
#endif
#if __has_include(<sys/uio.h>)
#define HAVE_SYS_UIO_H 1
#endif
#if __has_include(<sys/un.h>)
#define HAVE_SYS_UN_H 1
#endif
#if __has_include(<sys/utsname.h>)
#define HAVE_SYS_UTSNAME_H 1
#endif
#if __has_include(<sys/wait.h>)
#define HAVE_SYS_WAIT_H 1
#endif
#if __has_include(<sys/xattr.h>)
#define HAVE_SYS_XATTR_H 1
#endif
#if __has_include(<termios.h>)
#define HAVE_TERMIOS_H 1
#endif
#if __has_include(<unistd.h>)
#define HAVE_UNISTD_H 1
#endif
#if __has_include(<utime.h>)
#define HAVE_UTIME_H 1
#endif
#if __has_include(<utmp.h>)
#define HAVE_UTMP_H 1
#endif
#if __has_include(<wchar.h>)
#define HAVE_WCHAR_H 1
#endif
#endif

/* Functions of POSIX. */
#define HAVE_ACCEPT 1
#define HAVE_ACOSH 1
#define HAVE_ALARM 1
#define HAVE_ASINH 1
#define HAVE_ATANH 1
#define HAVE_BIND 1
#define HAVE_CHMOD 1
#define HAVE_CHOWN 1
#define HAVE_CHROOT 1
#define HAVE_CLOCK 1
#define HAVE_CLOCK_GETTIME 1
#define HAVE_CLOCK_SETTIME 1
#define HAVE_CONFSTR 1
#define HAVE_CONNECT 1
#define HAVE_CTERMID 1
#define HAVE_DIRFD 1
#define HAVE_DLOPEN 1
#define HAVE_DUP 1
#define HAVE_DUP2 1
#define HAVE_ERF 1
#define HAVE_ERFC 1
#define HAVE_EXECV 1
#define HAVE_EXPM1 1
#define HAVE_FACCESSAT 1
#define HAVE_FCHDIR 1
#define HAVE_FCHMOD 1
#define HAVE_FCHMODAT 1
#define HAVE_FCHOWN 1
#define HAVE_FCHOWNAT 1
#define HAVE_FDOPENDIR 1
#define HAVE_FLOCK 1
#define HAVE_FORK 1
#define HAVE_FORKPTY 1
#define HAVE_FPATHCONF 1
#define HAVE_FSEEKO 1
#define HAVE_FSTATAT 1
#define HAVE_FSTATVFS 1
#define HAVE_FSYNC 1
#define HAVE_FTELLO 1
#define HAVE_FTRUNCATE 1
#define HAVE_FUTIMENS 1
#define HAVE_FUTIMES 1
#define HAVE_GETC_UNLOCKED 1
#define HAVE_GETEGID 1
#define HAVE_GETEUID 1
#define HAVE_GETGID 1
#define HAVE_GETGRENT 1
#define HAVE_GETGRGID 1
#define HAVE_GETGRGID_R 1
#define HAVE_GETGRNAM_R 1
#define HAVE_GETGROUPLIST 1
#define HAVE_GETGROUPS 1
#define HAVE_GETHOSTBYADDR 1
#define HAVE_GETHOSTBYNAME 1
#define HAVE_GETHOSTNAME 1
#define HAVE_GETITIMER 1
#define HAVE_GETLOADAVG 1
#define HAVE_GETLOGIN 1
#define HAVE_GETNAMEINFO 1
#define HAVE_GETPAGESIZE 1
#define HAVE_GETPEERNAME 1
#define HAVE_GETPGID 1
#define HAVE_GETPGRP 1
#define HAVE_GETPID 1
#define HAVE_GETPPID 1
#define HAVE_GETPRIORITY 1
#define HAVE_GETPROTOBYNAME 1
#define HAVE_GETPWENT 1
#define HAVE_GETPWNAM_R 1
#define HAVE_GETPWUID 1
#define HAVE_GETPWUID_R 1
#define HAVE_GETRUSAGE 1
#define HAVE_GETSERVBYNAME 1
#define HAVE_GETSERVBYPORT 1
#define HAVE_GETSID 1
#define HAVE_GETSOCKNAME 1
#define HAVE_GETUID 1
#define HAVE_GETWD 1
#define HAVE_GRANTPT 1
#define HAVE_HSTRERROR 1
#define HAVE_IF_NAMEINDEX 1
#define HAVE_INET_ATON 1
#define HAVE_INET_NTOA 1
#define HAVE_INET_PTON 1
#define HAVE_INITGROUPS 1
#define HAVE_KILL 1
#define HAVE_KILLPG 1
#define HAVE_LCHOWN 1
#define HAVE_LINK 1
#define HAVE_LINKAT 1
#define HAVE_LISTEN 1
#define HAVE_LOCKF 1
#define HAVE_LOG1P 1
#define HAVE_LOG2 1
#define HAVE_LOGIN_TTY 1
#define HAVE_LSTAT 1
#define HAVE_LUTIMES 1
#define HAVE_MADVISE 1
#define HAVE_MBRTOWC 1
#define HAVE_MKDIRAT 1
#define HAVE_MKFIFO 1
#define HAVE_MKFIFOAT 1
#define HAVE_MKNOD 1
#define HAVE_MKNODAT 1
#define HAVE_MKTIME 1
#define HAVE_MMAP 1
#define HAVE_NANOSLEEP 1
#define HAVE_NICE 1
#define HAVE_OPENAT 1
#define HAVE_OPENDIR 1
#define HAVE_OPENPTY 1
#define HAVE_PATHCONF 1
#define HAVE_PAUSE 1
#define HAVE_PIPE 1
#define HAVE_POLL 1
#define HAVE_POSIX_OPENPT 1
#define HAVE_POSIX_SPAWN 1
#define HAVE_POSIX_SPAWNP 1
#define HAVE_PREAD 1
#define HAVE_PTHREAD_KILL 1
#define HAVE_PTHREAD_SIGMASK 1
#define HAVE_PTSNAME 1
#define HAVE_PTSNAME_R 1
#define HAVE_PWRITE 1
#define HAVE_READLINK 1
#define HAVE_READLINKAT 1
#define HAVE_READV 1
#define HAVE_REALPATH 1
#define HAVE_RECVFROM 1
#define HAVE_RENAMEAT 1
#define HAVE_SCHED_GET_PRIORITY_MAX 1
#define HAVE_SEM_GETVALUE 1
#define HAVE_SEM_OPEN 1
#define HAVE_SEM_UNLINK 1
#define HAVE_SENDFILE 1
#define HAVE_SENDTO 1
#define HAVE_SETEGID 1
#define HAVE_SETEUID 1
#define HAVE_SETGID 1
#define HAVE_SETGROUPS 1
#define HAVE_SETHOSTNAME 1
#define HAVE_SETITIMER 1
#define HAVE_SETLOCALE 1
#define HAVE_SETPGID 1
#define HAVE_SETPGRP 1
#define HAVE_SETPRIORITY 1
#define HAVE_SETREGID 1
#define HAVE_SETREUID 1
#define HAVE_SETSID 1
#define HAVE_SETSOCKOPT 1
#define HAVE_SETUID 1
#define HAVE_SETVBUF 1
#define HAVE_SHM_OPEN 1
#define HAVE_SHM_UNLINK 1
#define HAVE_SHUTDOWN 1
#define HAVE_SIGACTION 1
#define HAVE_SIGALTSTACK 1
#define HAVE_SIGFILLSET 1
#define HAVE_SIGINTERRUPT 1
#define HAVE_SIGPENDING 1
#define HAVE_SIGWAIT 1
#define HAVE_SNPRINTF 1
#define HAVE_SOCKET 1
#define HAVE_SOCKETPAIR 1
#define HAVE_STATVFS 1
#define HAVE_STRFTIME 1
#define HAVE_STRSIGNAL 1
#define HAVE_SYMLINK 1
#define HAVE_SYMLINKAT 1
#define HAVE_SYNC 1
#define HAVE_SYSCONF 1
#define HAVE_SYSTEM 1
#define HAVE_TCGETPGRP 1
#define HAVE_TCSETPGRP 1
#define HAVE_TEMPNAM 1
#define HAVE_TIMEGM 1
#define HAVE_TIMES 1
#define HAVE_TMPFILE 1
#define HAVE_TMPNAM 1
#define HAVE_TRUNCATE 1
#define HAVE_TTYNAME 1
#define HAVE_UMASK 1
#define HAVE_UNAME 1
#define HAVE_UNLINKAT 1
#define HAVE_UNLOCKPT 1
#define HAVE_UTIMENSAT 1
#define HAVE_UTIMES 1
#define HAVE_VFORK 1
#define HAVE_WAIT 1
#define HAVE_WAIT3 1
#define HAVE_WAIT4 1
#define HAVE_WAITID 1
#define HAVE_WAITPID 1
#define HAVE_WCSCOLL 1
#define HAVE_WCSFTIME 1
#define HAVE_WCSXFRM 1
#define HAVE_WMEMCMP 1
#define HAVE_WRITEV 1

#ifdef __linux__
#define HAVE_ACCEPT4 1
#define HAVE_CLOCK_GETRES 1
#define HAVE_CLOCK_NANOSLEEP 1
#define HAVE_DUP3 1
#define HAVE_EPOLL 1
#define HAVE_EPOLL_CREATE1 1
#define HAVE_EVENTFD 1
#define HAVE_EXPLICIT_BZERO 1
#define HAVE_FDATASYNC 1
#define HAVE_FEXECVE 1
#define HAVE_FUTIMESAT 1
#define HAVE_GETENTROPY 1
#define HAVE_GETHOSTBYNAME_R 1
#define HAVE_GETRANDOM 1
#define HAVE_GETRANDOM_SYSCALL 1
#define HAVE_GETRESGID 1
#define HAVE_GETRESUID 1
#define HAVE_MEMFD_CREATE 1
#define HAVE_MEMRCHR 1
#define HAVE_MREMAP 1
#define HAVE_PIPE2 1
#define HAVE_POSIX_FADVISE 1
#define HAVE_POSIX_FALLOCATE 1
#define HAVE_PREADV 1
#define HAVE_PREADV2 1
#define HAVE_PRLIMIT 1
#define HAVE_PROCESS_VM_READV 1
#define HAVE_PTHREAD_CONDATTR_SETCLOCK 1
#define HAVE_PTHREAD_GETCPUCLOCKID 1
#define HAVE_PWRITEV 1
#define HAVE_PWRITEV2 1
#define HAVE_SCHED_RR_GET_INTERVAL 1
#define HAVE_SCHED_SETAFFINITY 1
#define HAVE_SCHED_SETPARAM 1
#define HAVE_SCHED_SETSCHEDULER 1
#define HAVE_SEM_TIMEDWAIT 1
#define HAVE_SETNS 1
#define HAVE_SETRESGID 1
#define HAVE_SETRESUID 1
#define HAVE_SIGRELSE 1
#define HAVE_SIGTIMEDWAIT 1
#define HAVE_SIGWAITINFO 1
#define HAVE_SPLICE 1
#define HAVE_TIMERFD_CREATE 1
#define HAVE_TMPNAM_R 1
#define HAVE_UNSHARE 1
#endif

#endif
