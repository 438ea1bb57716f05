// SPDX-License-Identifier: MIT
// broken: a small server that breaks its promises on request, to show that the checker of histories notices.
//
//   broken --fault none|early|stale [-b FILE] [-l PATH] [--ready-fd N] [--workers N]
//
// early  acknowledges a change before it is in FILE, some hundred changes early: when killed, it loses those.
// stale  has several indexes, as workers have, which learn of each other's changes only now and then.
// none   does neither: the control, which shows that the checker finds the fault and not the server.
//
// It knows add, rem and fnd, from clients in lockstep. The truth is FILE, one line per change: all indexes append to
// it, and read it to its end before they answer. Nothing is synced, since only the process is ever killed. The
// "workers" take turns in one process, so that each is sure to have clients.
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <deque>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

struct Options {
  std::string fault;
  std::string file;
  std::string socket;
  int ready_fd = -1;
  int workers = 1;
};

constexpr int changes_held_back = 300;
constexpr int requests_between_looks = 50;

class Book {
 public:
  explicit Book(const Options& options)
      : early_(options.fault == "early"),
        stale_(options.fault == "stale"),
        file_(open(options.file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    if (file_ < 0) throw std::runtime_error("cannot open " + options.file);
    learn();
  }

  std::string answer(const std::string& request) {
    const std::string rest = request.substr(4);
    const std::string name = rest.substr(0, rest.find(','));
    if (!stale_ || ++looks_ % requests_between_looks == 0) learn();
    const auto here = entries_.find(name);
    std::string reply = "Sorry, no entry for: " + name;
    if (request[0] == 'a') {
      entries_[name] = rest.substr(name.size() + 1);
      keep("+" + rest + "\n");
      reply = "Added entry for " + name;
    } else if (here != entries_.end() && request[0] == 'r') {
      entries_.erase(here);
      keep("-" + name + "\n");
      reply = "Deleted entry for " + name;
    } else if (here != entries_.end()) {
      reply = name + " : " + here->second;
    }
    return reply + "\n";
  }

 private:
  /// Reads what has been added to the file since the last call.
  void learn() {
    std::array<char, 1 << 16> bytes;
    ssize_t got = 0;
    while ((got = pread(file_, bytes.data(), bytes.size(), known_)) > 0) {
      known_ += got;
      begun_.append(bytes.data(), static_cast<std::size_t>(got));
    }
    std::size_t at = 0;
    for (std::size_t end = 0; (end = begun_.find('\n', at)) != std::string::npos; at = end + 1) {
      const std::string rest = begun_.substr(at + 1, end - at - 1);
      const std::string name = rest.substr(0, rest.find(','));
      if (begun_[at] == '+') entries_[name] = rest.substr(name.size() + 1);
      else entries_.erase(name);
    }
    begun_.erase(0, at);
  }

  void keep(const std::string& change) {
    held_back_ += change;
    if (early_ && ++changes_ % changes_held_back != 0) return;
    const ssize_t put = write(file_, held_back_.data(), held_back_.size());
    if (put != static_cast<ssize_t>(held_back_.size())) throw std::runtime_error("cannot write");
    held_back_.clear();
    if (!stale_) known_ = lseek(file_, 0, SEEK_END);  // otherwise others' changes have still to be read
  }

  bool early_;
  bool stale_;
  int file_;
  off_t known_ = 0;
  std::string begun_{};
  std::string held_back_{};
  int changes_ = 0;
  int looks_ = 0;
  std::unordered_map<std::string, std::string> entries_{};
};

void serve(const Options& options, int listener) {
  std::deque<Book> workers;
  for (int i = 0; i < options.workers; ++i) workers.emplace_back(options);
  std::vector<pollfd> polled{{listener, POLLIN, 0}};
  std::vector<std::string> begun(1);
  while (poll(polled.data(), polled.size(), -1) > 0) {
    for (std::size_t i = polled.size(); i-- > 1;) {
      if (polled[i].revents == 0) continue;
      std::array<char, 4096> bytes;
      const ssize_t got = read(polled[i].fd, bytes.data(), bytes.size());
      if (got > 0) begun[i].append(bytes.data(), static_cast<std::size_t>(got));
      if (got > 0 && !begun[i].ends_with('\n')) continue;
      if (got > 0) {
        begun[i].pop_back();
        const std::string reply = workers[static_cast<std::size_t>(polled[i].fd) % workers.size()].answer(begun[i]);
        begun[i].clear();
        if (send(polled[i].fd, reply.data(), reply.size(), MSG_NOSIGNAL) > 0) continue;
      }
      close(polled[i].fd);
      polled.erase(polled.begin() + static_cast<std::ptrdiff_t>(i));
      begun.erase(begun.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (polled[0].revents == 0) continue;
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    polled.push_back({fd, POLLIN, 0});
    begun.emplace_back();
  }
}

int listen_on(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  unlink(path.c_str());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, 1024) != 0) {
    throw std::runtime_error("cannot listen on " + path);
  }
  return fd;
}

Options options_in(int argc, char** argv) {
  const std::array<option, 4> known{{{"fault", required_argument, nullptr, 'f'},
                                     {"ready-fd", required_argument, nullptr, 'r'},
                                     {"workers", required_argument, nullptr, 'w'},
                                     {}}};
  Options options;
  for (int which = 0; (which = getopt_long(argc, argv, "b:l:", known.data(), nullptr)) != -1;) {
    switch (which) {
      case 'f': options.fault = optarg; break;
      case 'b': options.file = optarg; break;
      case 'l': options.socket = optarg; break;
      case 'r': options.ready_fd = std::atoi(optarg); break;
      case 'w': options.workers = std::atoi(optarg); break;
      default: throw std::runtime_error("bad usage");
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  const Options options = options_in(argc, argv);
  const int listener = listen_on(options.socket);
  if (write(options.ready_fd, "ready\n", 6) != 6) return 2;
  close(options.ready_fd);
  serve(options, listener);
  return 2;
} catch (const std::exception& error) {
  return dprintf(2, "broken: %s\n", error.what()) > 0 ? 2 : 1;
}
