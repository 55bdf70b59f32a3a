/*
 * A library for LD_PRELOAD that counts what a program does to the files below one folder, and makes the n-th of these
 * calls fail, or the program die there. Without INJECT_ROOT it does nothing.
 *
 *   INJECT_ROOT     folder; calls on files outside it are not counted
 *   INJECT_COUNTER  file of 8 bytes: number of calls so far, of all processes together
 *   INJECT_AT       number of the call that is hit, from 1 on; 0 or nothing for none
 *   INJECT_KIND     kill: dies before the call; torn: writes half of it and dies
 *                   EIO: that call fails; ENOSPC: that call and every one after it that needs room fails
 *                   short: that write takes half of what it was given
 *   INJECT_LOG      file that every call is added to, with what it wrote (see replay.ts)
 *
 * Counted: write, truncate, fsync, create, mkdir, rename, link, unlink. Memory that is mapped does not pass through here:
 * SQLite's -shm file, which it makes anew after a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[PATH_MAX];
static size_t root_length;
static _Atomic long *counter;
static long at;
static enum { KILL, TORN, FAIL_EIO, FAIL_ENOSPC, SHORT } kind;
static int log_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
  const char *folder = getenv("INJECT_ROOT"), *shared = getenv("INJECT_COUNTER");
  if (!folder || !shared || !realpath(folder, root)) return;
  int fd = syscall(SYS_openat, AT_FDCWD, shared, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) return;
  counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  syscall(SYS_close, fd);
  if (counter == MAP_FAILED) return;
  const char *number = getenv("INJECT_AT"), *what = getenv("INJECT_KIND"), *log = getenv("INJECT_LOG");
  at = number ? atol(number) : 0;
  kind = !what || !strcmp(what, "kill") ? KILL
         : !strcmp(what, "torn")        ? TORN
         : !strcmp(what, "EIO")         ? FAIL_EIO
         : !strcmp(what, "ENOSPC")      ? FAIL_ENOSPC
                                        : SHORT;
  if (log) log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  root_length = strlen(root);
}

/* The path below the root, or NULL when the file is elsewhere. */
static const char *below(const char *path) {
  if (root_length == 0 || strncmp(path, root, root_length) != 0) return NULL;
  return path[root_length] == '/' ? path + root_length + 1 : path[root_length] == 0 ? "" : NULL;
}

static const char *path_of_fd(int fd, char *buffer) {
  if (root_length == 0 || fd < 0) return NULL;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, buffer, PATH_MAX - 1);
  if (length <= 0) return NULL;
  buffer[length] = 0;
  return below(buffer);
}

/* Absolute, with the folder's links followed: the last name may be missing or a link itself. */
static const char *path_of_name(int folder, const char *name, char *buffer) {
  if (root_length == 0 || !name) return NULL;
  char whole[PATH_MAX], parent[PATH_MAX];
  if (name[0] == '/') snprintf(whole, sizeof whole, "%s", name);
  else {
    if (folder == AT_FDCWD) { if (!getcwd(whole, sizeof whole)) return NULL; }
    else {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      ssize_t length = readlink(link, whole, sizeof whole - 1);
      if (length <= 0) return NULL;
      whole[length] = 0;
    }
    size_t used = strlen(whole);
    snprintf(whole + used, sizeof whole - used, "/%s", name);
  }
  size_t end = strlen(whole);
  while (end > 1 && whole[end - 1] == '/') whole[--end] = 0;
  char *slash = strrchr(whole, '/');
  if (!slash) return NULL;
  *slash = 0;
  if (!realpath(slash == whole ? "/" : whole, parent)) return NULL;
  snprintf(buffer, PATH_MAX, "%s/%s", strcmp(parent, "/") ? parent : "", slash + 1);
  return below(buffer);
}

/* One line `word offset length path[NUL other path]`, then the first `bytes` of the parts. */
static void note(const char *word, long offset, const struct iovec *parts, size_t bytes, const char *path, const char *to) {
  if (log_fd < 0) return;
  char head[2 * PATH_MAX + 100];
  int used = snprintf(head, sizeof head, "%s %ld %zu %s", word, offset, bytes, path);
  if (to) used += 1 + snprintf(head + used + 1, sizeof head - used - 1, "%s", to);
  head[used++] = '\n';
  syscall(SYS_write, log_fd, head, used);
  for (int i = 0; bytes > 0; i++) {
    size_t part = parts[i].iov_len < bytes ? parts[i].iov_len : bytes;
    syscall(SYS_write, log_fd, parts[i].iov_base, part);
    bytes -= part;
  }
}

/* Counts a call. 0: it goes ahead; -1: it fails with errno; 1: it is the one that is torn or short. */
static int arrive(int needs_room) {
  long n = atomic_fetch_add(counter, 1) + 1;
  if (at == 0 || n < at) return 0;
  if (n > at) {
    if (kind != FAIL_ENOSPC || !needs_room) return 0;
    errno = ENOSPC;
    return -1;
  }
  switch (kind) {
    case KILL: syscall(SYS_kill, getpid(), SIGKILL); for (;;) pause();
    case FAIL_EIO: errno = EIO; return -1;
    case FAIL_ENOSPC: if (!needs_room) return 0; errno = ENOSPC; return -1;
    default: return 1;
  }
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

/* `offset` -1: where the file stands. */
static ssize_t put(int fd, const struct iovec *parts, int count, off_t offset) {
  char buffer[PATH_MAX];
  const char *path = path_of_fd(fd, buffer);
  if (!path) {
    return offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, (long)offset, 0L);
  }
  pthread_mutex_lock(&lock);
  int hit = arrive(1);
  ssize_t done = -1;
  if (hit >= 0) {
    struct iovec half = parts[0];
    if (hit == 1 && half.iov_len > 1) { half.iov_len /= 2; parts = &half; count = 1; }
    long from = offset;
    if (offset < 0) {
      from = (syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND) ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    }
    done = offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, (long)offset, 0L);
    if (hit == 1 && kind == TORN) die();
    if (done >= 0) note("write", from, parts, done, path, NULL);
  }
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return done;
}

ssize_t write(int fd, const void *data, size_t bytes) {
  if (!counter) return syscall(SYS_write, fd, data, bytes);
  struct iovec part = {(void *)data, bytes};
  return put(fd, &part, 1, -1);
}
ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t offset) {
  if (!counter) return syscall(SYS_pwrite64, fd, data, bytes, offset);
  struct iovec part = {(void *)data, bytes};
  return put(fd, &part, 1, offset);
}
ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) { return pwrite64(fd, data, bytes, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
  return counter && count > 0 ? put(fd, parts, count, -1) : syscall(SYS_writev, fd, parts, count);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return counter && count > 0 ? put(fd, parts, count, offset) : syscall(SYS_pwritev, fd, parts, count, offset, 0L);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return pwritev64(fd, parts, count, offset);
}

/* Copies inside the kernel are answered as on a file system that has none, so that the writes are seen. */
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t bytes, unsigned flags) {
  char buffer[PATH_MAX];
  if (counter && path_of_fd(out, buffer)) { errno = EXDEV; return -1; }
  return syscall(SYS_copy_file_range, in, from, out, to, bytes, flags);
}
ssize_t sendfile64(int out, int in, off64_t *from, size_t bytes) {
  char buffer[PATH_MAX];
  if (counter && path_of_fd(out, buffer)) { errno = EINVAL; return -1; }
  return syscall(SYS_sendfile, out, in, from, bytes);
}
ssize_t sendfile(int out, int in, off_t *from, size_t bytes) { return sendfile64(out, in, from, bytes); }

/* Calls that take no data: `call` is evaluated at most once. */
#define COUNTED(word, needs_room, offset, path, to, call)     \
  do {                                                        \
    pthread_mutex_lock(&lock);                                \
    int hit = arrive(needs_room), result = -1;                \
    if (hit == 1 && kind == TORN) die();                      \
    if (hit >= 0) result = (call);                            \
    if (result >= 0) note(word, offset, NULL, 0, path, to);   \
    int saved = errno;                                        \
    pthread_mutex_unlock(&lock);                              \
    errno = saved;                                            \
    return result;                                            \
  } while (0)

/* What a sync makes durable, as the kernel may have copied it into the file without a call that is seen here. */
static void note_contents(int fd, const char *path) {
  struct stat info;
  if (log_fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) return;
  void *bytes = mmap(NULL, info.st_size, PROT_READ, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) return;
  struct iovec part = {bytes, info.st_size};
  pthread_mutex_lock(&lock);
  note("write", 0, &part, info.st_size, path, NULL);
  pthread_mutex_unlock(&lock);
  munmap(bytes, info.st_size);
}

int fsync(int fd) {
  char buffer[PATH_MAX];
  const char *path = path_of_fd(fd, buffer);
  if (!path) return syscall(SYS_fsync, fd);
  note_contents(fd, path);
  COUNTED("sync", 0, 0L, path, NULL, (int)syscall(SYS_fsync, fd));
}
int fdatasync(int fd) {
  char buffer[PATH_MAX];
  const char *path = path_of_fd(fd, buffer);
  if (!path) return syscall(SYS_fdatasync, fd);
  note_contents(fd, path);
  COUNTED("sync", 0, 0L, path, NULL, (int)syscall(SYS_fdatasync, fd));
}
int ftruncate64(int fd, off64_t length) {
  char buffer[PATH_MAX];
  const char *path = path_of_fd(fd, buffer);
  if (!path) return syscall(SYS_ftruncate, fd, length);
  COUNTED("truncate", 0, (long)length, path, NULL, (int)syscall(SYS_ftruncate, fd, length));
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int open_at(int folder, const char *name, int flags, mode_t mode) {
  char buffer[PATH_MAX];
  const char *path = (flags & (O_CREAT | O_TRUNC)) ? path_of_name(folder, name, buffer) : NULL;
  struct stat info;
  int there = path && fstatat(folder, name, &info, 0) == 0;
  if (path && !there && (flags & O_CREAT)) {
    COUNTED("create", 1, 0L, path, NULL, (int)syscall(SYS_openat, folder, name, flags, mode));
  }
  if (path && there && (flags & O_TRUNC) && info.st_size > 0) {
    COUNTED("truncate", 0, 0L, path, NULL, (int)syscall(SYS_openat, folder, name, flags, mode));
  }
  return syscall(SYS_openat, folder, name, flags, mode);
}
#define MODE(flags)                           \
  mode_t mode = 0;                            \
  if ((flags) & (O_CREAT | O_TMPFILE)) {      \
    va_list rest;                             \
    va_start(rest, flags);                    \
    mode = va_arg(rest, mode_t);              \
    va_end(rest);                             \
  }
int open64(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags, mode); }
int open(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE(flags) return open_at(folder, name, flags, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE(flags) return open_at(folder, name, flags, mode); }
int creat(const char *name, mode_t mode) { return open_at(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int mkdir(const char *name, mode_t mode) {
  char buffer[PATH_MAX];
  const char *path = path_of_name(AT_FDCWD, name, buffer);
  if (!path) return syscall(SYS_mkdirat, AT_FDCWD, name, mode);
  COUNTED("mkdir", 1, 0L, path, NULL, (int)syscall(SYS_mkdirat, AT_FDCWD, name, mode));
}
char *mkdtemp(char *pattern) {
  char buffer[PATH_MAX];
  if (counter && path_of_name(AT_FDCWD, pattern, buffer)) {
    /* through the same door as mkdir */
    static _Atomic unsigned tries;
    char *end = pattern + strlen(pattern) - 6;
    for (int i = 0; i < 1000; i++) {
      snprintf(end, 7, "%06x", (unsigned)((getpid() * 2654435761u + ++tries * 40503u) & 0xffffff));
      if (mkdir(pattern, 0700) == 0) return pattern;
      if (errno != EEXIST) return NULL;
    }
    return NULL;
  }
  return REAL(mkdtemp)(pattern);
}
int rmdir(const char *name) {
  char buffer[PATH_MAX];
  const char *path = path_of_name(AT_FDCWD, name, buffer);
  if (!path) return syscall(SYS_unlinkat, AT_FDCWD, name, AT_REMOVEDIR);
  COUNTED("unlink", 0, 0L, path, NULL, (int)syscall(SYS_unlinkat, AT_FDCWD, name, AT_REMOVEDIR));
}
int unlinkat(int folder, const char *name, int flags) {
  char buffer[PATH_MAX];
  const char *path = path_of_name(folder, name, buffer);
  if (!path) return syscall(SYS_unlinkat, folder, name, flags);
  COUNTED("unlink", 0, 0L, path, NULL, (int)syscall(SYS_unlinkat, folder, name, flags));
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int remove(const char *name) {
  if (unlinkat(AT_FDCWD, name, 0) == 0) return 0;
  return errno == EISDIR ? rmdir(name) : -1;
}

static int rename_at(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  char buffer[PATH_MAX], other[PATH_MAX];
  const char *path = path_of_name(from_folder, from, buffer), *target = path_of_name(to_folder, to, other);
  if (!path || !target) return syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
  COUNTED("rename", 0, 0L, path, target, (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
int rename(const char *from, const char *to) { return rename_at(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return rename_at(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return rename_at(a, from, b, to, flags); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
  char buffer[PATH_MAX], other[PATH_MAX];
  const char *path = path_of_name(a, from, buffer), *target = path_of_name(b, to, other);
  if (!path || !target) return syscall(SYS_linkat, a, from, b, to, flags);
  COUNTED("link", 1, 0L, path, target, (int)syscall(SYS_linkat, a, from, b, to, flags));
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
