// SPDX-License-Identifier: MIT
#include "sys/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "sys/error.hpp"

namespace sys {
namespace {

constexpr std::size_t block_size = 1 << 20;

/// Returns the folder part of `path`, or "." if it has none.
std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void sync(const Fd& fd, const std::string& path) {
  if (fsync(fd.get()) != 0) throw SyncError(errno, std::generic_category(), printable("cannot sync " + path));
}

Fd open_folder(const std::string& folder) { return open_file(folder, O_RDONLY | O_DIRECTORY); }

/// Makes a new name in the folder durable. Some file systems can't sync folders and report EINVAL: nothing more can be
/// done there.
void sync_folder(const Fd& fd, const std::string& folder) {
  try {
    sync(fd, folder);
  } catch (const SyncError& error) {
    if (error.code() != std::errc::invalid_argument) throw;
  }
}

/// On some file systems fsync reports a full disk, quota or size limit; it is then certain that nothing was kept.
bool is_lack_of_room(int code) { return code == ENOSPC || code == EDQUOT || code == EFBIG; }

/// Removes the temporary file unless it has become the real one.
struct Leftover {
  std::string path;
  ~Leftover() {
    if (!path.empty()) unlink(path.c_str());
  }
};

constexpr const char* access_list = "system.posix_acl_access";

/// The file's access-control list (acl(5)), as the kernel has it; empty if there is none.
std::string access_list_of(const std::string& path) {
  const ssize_t size = getxattr(path.c_str(), access_list, nullptr, 0);
  std::string list(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
  const ssize_t got = size > 0 ? getxattr(path.c_str(), access_list, list.data(), list.size()) : 0;
  list.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return list;
}

/// Access-control lists too: who may read the book stays as it was, or becomes less.
void copy_mode_and_owner(const std::string& from, const Fd& to) {
  struct stat old = {};
  if (stat(from.c_str(), &old) != 0) return;
  // Only root may give a file away; anyone else keeps at least the group, if allowed.
  const bool keeps_group =
      fchown(to.get(), old.st_uid, old.st_gid) == 0 || fchown(to.get(), static_cast<uid_t>(-1), old.st_gid) == 0;
  // Where there is a list, its mask stands in the place of the group's rights, and the rights of the group in the list.
  const std::string list = access_list_of(from);
  if (!keeps_group || !list.empty()) old.st_mode &= ~static_cast<mode_t>(S_IRWXG);
  fremovexattr(to.get(), access_list);  // what the folder gives every new file
  if (fchmod(to.get(), old.st_mode & 07777) != 0) fail("cannot set the mode of " + from);
  if (keeps_group && !list.empty()) fsetxattr(to.get(), access_list, list.data(), list.size(), 0);
}

void write_content(const Fd& file, const std::string& path, const std::function<void(const Append&)>& content) {
  std::string block;
  block.reserve(block_size);
  const auto flush = [&] {
    if (!write_all(file.get(), block, path)) fail("cannot write to " + path, EPIPE);
    block.clear();
  };
  content([&](std::string_view bytes) {
    if (block.size() + bytes.size() > block_size) flush();
    block.append(bytes);
  });
  flush();
}

}  // namespace

void make_folders_for(const std::string& path) {
  const std::string folder = folder_of(path);
  struct stat there = {};
  if (stat(folder.c_str(), &there) == 0) return;
  if (errno != ENOENT) fail("cannot open " + folder);
  make_folders_for(folder);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail("cannot make the folder " + folder);
  sync_folder(open_folder(folder_of(folder)), folder);
}

std::string real_path(const std::string& path) {
  char* found = realpath(path.c_str(), nullptr);
  if (found == nullptr) {
    if (errno == ENOENT) return path;
    fail("cannot open " + path);
  }
  std::string resolved(found);
  std::free(found);
  return resolved;
}

namespace {

void expect_regular(const struct stat& s, const std::string& shown) {
  if (!S_ISREG(s.st_mode)) fail("cannot read " + shown, S_ISDIR(s.st_mode) ? EISDIR : EINVAL);
}

FileState state_from(const struct stat& s) {
  return {s.st_dev, s.st_ino, s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec, s.st_ctim.tv_sec, s.st_ctim.tv_nsec};
}

}  // namespace

FileState state_of(const Fd& file, const std::string& path) {
  struct stat now = {};
  if (fstat(file.get(), &now) != 0) fail("cannot read " + path);
  expect_regular(now, path);
  return state_from(now);
}

void expect_file(const std::string& path, const std::string& shown) {
  struct stat now = {};
  if (stat(path.c_str(), &now) != 0) fail("cannot read " + shown);
  expect_regular(now, shown);
}

std::optional<FileState> state_at(const std::string& path) {
  struct stat now = {};
  if (stat(path.c_str(), &now) != 0) return std::nullopt;
  return state_from(now);
}

bool is_same_file(const std::string& one, const std::string& other) {
  const auto first = state_at(one);
  const auto second = state_at(other);
  if (!first || !second) return !first && !second;
  return first->device == second->device && first->inode == second->inode;
}

void expect_no_write_protection(const std::string& path, const std::string& shown) {
  if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0) return;
  if (errno == EACCES || errno == EROFS) fail("cannot write to " + shown);
}

bool follow_mode(const std::string& path, const std::string& of) {
  struct stat now = {};
  struct stat wanted = {};
  if (lstat(path.c_str(), &now) != 0 || stat(of.c_str(), &wanted) != 0) return false;
  const mode_t mode = wanted.st_mode & 0777;
  const bool is_ours = S_ISREG(now.st_mode) && now.st_uid == geteuid() && now.st_nlink == 1;
  if (!is_ours || (now.st_mode & 0777) == mode) return false;
  return fchmodat(AT_FDCWD, path.c_str(), mode, AT_SYMLINK_NOFOLLOW) == 0;
}

void create_file(const std::string& path) {
  Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const bool is_there = !file && errno == EEXIST;
  if (is_there && state_at(path)) return;
  if (is_there) file = Fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));  // a link to nothing yet
  if (!file) fail("cannot make " + path);
  sync(file, path);
  sync_folder(open_folder(folder_of(is_there ? real_path(path) : path)), path);
}

Fd replace_file(const std::string& path, const std::function<void(const Append&)>& content) {
  const std::string fresh = path + ".tmp";
  unlink(fresh.c_str());  // left by a killed writer
  Fd file = open_file(fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  Leftover leftover{fresh};
  copy_mode_and_owner(path, file);
  write_content(file, fresh, content);
  try {
    sync(file, fresh);
  } catch (const SyncError& error) {
    if (is_lack_of_room(error.code().value())) fail("cannot write to " + fresh, error.code().value());
    throw;
  }
  // Opened before the rename: a failure after it would be reported as if the old file still stood.
  const Fd folder = open_folder(folder_of(path));
  if (rename(fresh.c_str(), path.c_str()) != 0) fail("cannot replace " + path);
  leftover.path.clear();
  sync_folder(folder, folder_of(path));
  return file;
}

void FileLock::open() {
  // Neither a symbolic nor a hard link may trick root into giving away another file.
  fd_ = open_file(path_, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  struct stat wanted = {};
  struct stat now = {};
  if (stat(guarded_.c_str(), &wanted) != 0 || fstat(fd_.get(), &now) != 0) return;
  if (now.st_uid != geteuid() || now.st_nlink > 1) return;
  const mode_t mode = (wanted.st_mode & 0666) | 0600;
  if ((now.st_mode & 0777) != mode) fchmod(fd_.get(), mode);
  // If it can't be given away, it is still a lock.
  [[maybe_unused]] const int given = geteuid() == 0 ? fchown(fd_.get(), wanted.st_uid, wanted.st_gid) : 0;
}

void FileLock::lock(std::chrono::milliseconds patience) {
  if (!fd_) open();
  if (flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) fail("cannot lock " + path_);
  if (patience == std::chrono::milliseconds::zero()) fail("cannot lock " + path_, EBUSY);
  // We wait in the kernel's queue, which is fair, and end the wait with SIGALRM.
  struct sigaction interrupt = {};
  struct sigaction before = {};
  interrupt.sa_handler = [](int) {};
  sigaction(SIGALRM, &interrupt, &before);
  sigset_t alarm;
  sigset_t blocked;  // SIGALRM may be blocked by whoever started us
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &alarm, &blocked);
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(patience);
  const std::chrono::microseconds rest = patience - whole;
  const itimerval limit{{0, 100'000},
                        {whole.count(), rest.count()}};  // repeats, in case the first comes just before flock
  const itimerval none{};
  setitimer(ITIMER_REAL, &limit, nullptr);
  const int locked = flock(fd_.get(), LOCK_EX);
  const int error = errno;
  setitimer(ITIMER_REAL, &none, nullptr);
  sigprocmask(SIG_SETMASK, &blocked, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  if (locked != 0) fail("cannot lock " + path_, error == EINTR ? EBUSY : error);
}

void FileLock::unlock() noexcept { flock(fd_.get(), LOCK_UN); }

}  // namespace sys
