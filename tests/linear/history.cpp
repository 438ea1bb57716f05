// SPDX-License-Identifier: MIT
// history: drives a server with many clients in lockstep, and records what each asked, when, and what the reply was.
//
//   history --socket PATH --clients N --operations N --names N --seed N > HISTORY
//
// One thread, so that all times are from one clock. The operations are adds of values that are never used twice,
// removes and finds, at random, on a few hot names. Now and then a client hangs up and reconnects, which spreads the
// clients over a server's workers. A client whose server goes away leaves its operation open and reconnects, however
// long that takes. Exits with status 2 when a reply doesn't fit its request or is 60 s late.
#include "history.hpp"

#include <fcntl.h>
#include <getopt.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using linear::Kind;
using linear::Operation;
using linear::Time;

/// Milliseconds until a client tries again to reach a server that has gone.
constexpr int retry_after = 2;
constexpr std::size_t operations_a_connection = 200;  // about
constexpr Time longest_silence = 60'000'000'000;

struct Options {
  std::string socket;
  std::size_t clients = 64;
  std::size_t operations = 50'000;
  std::size_t names = 100;
  std::size_t seed = 1;
};

Time now() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

struct Client {
  int fd = -1;
  bool asking = false;
  Operation operation{};
  std::string reply{};
};

class Driver {
 public:
  explicit Driver(const Options& options)
      : options_(options), random_(options.seed), clients_(options.clients), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    address_.sun_family = AF_UNIX;
    if (options.socket.size() >= sizeof address_.sun_path) throw std::runtime_error("path too long");
    options.socket.copy(address_.sun_path, options.socket.size());
    for (std::size_t i = 0; i < clients_.size(); ++i) clients_[i].operation.client = i;
  }

  void run() {
    std::array<epoll_event, 256> events;
    heard_ = now();
    while (asked_ < options_.operations || asking_ > 0) {
      const bool all_connected = asked_ == options_.operations || connected_ == clients_.size() || connect_all();
      const int ready =
          epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), all_connected ? 1000 : retry_after);
      for (int i = 0; i < ready; ++i) hear(clients_[events[static_cast<std::size_t>(i)].data.u64]);
      if (now() - heard_ > longest_silence) throw std::runtime_error("the server is silent");
    }
  }

 private:
  bool connect_all() {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i].fd >= 0) continue;
      const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
      // While it is still blocking, so that it waits if the server's queue is full.
      if (connect(fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0) {
        close(fd);
        return false;
      }
      fcntl(fd, F_SETFL, O_NONBLOCK);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
      clients_[i].fd = fd;
      ++connected_;
      ask(clients_[i]);
    }
    return true;
  }

  void ask(Client& client) {
    if (asked_ == options_.operations) return;
    Operation& operation = client.operation;
    operation.name = "hot" + std::to_string(random_() % options_.names);
    operation.kind = std::array{Kind::add, Kind::rem, Kind::fnd}[random_() % 3];
    operation.value = operation.kind == Kind::add ? "v" + std::to_string(asked_) : "";
    ++asked_;
    ++asking_;
    client.asking = true;
    client.reply.clear();
    const std::string request = request_of(operation);
    operation.invoked = now();
    operation.responded = linear::never;
    // This little always fits. If the server has gone, the end of the stream says so.
    (void)send(client.fd, request.data(), request.size(), MSG_NOSIGNAL);
  }

  static std::string request_of(const Operation& operation) {
    switch (operation.kind) {
      case Kind::add: return "add:" + operation.name + "," + operation.value + "\n";
      case Kind::rem: return "rem:" + operation.name + "\n";
      default: return "fnd:" + operation.name + "\n";
    }
  }

  void hear(Client& client) {
    std::array<char, 4096> bytes;
    const ssize_t got = recv(client.fd, bytes.data(), bytes.size(), 0);
    const Time when = now();
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {  // the server has gone
      if (client.asking) record(client, "?");
      heard_ = when;
      return hang_up(client);
    }
    client.reply.append(bytes.data(), static_cast<std::size_t>(got));
    if (!client.reply.ends_with('\n')) return;
    client.reply.pop_back();
    heard_ = client.operation.responded = when;
    understand(client);
    if (random_() % operations_a_connection == 0) hang_up(client);
    else ask(client);
  }

  void hang_up(Client& client) {
    close(client.fd);
    client.fd = -1;
    --connected_;
  }

  void understand(Client& client) {
    const Operation& operation = client.operation;
    const std::string& reply = client.reply;
    const std::string sorry = "Sorry, no entry for: " + operation.name;
    const std::string found = operation.name + " : ";
    if (operation.kind == Kind::add && reply == "Added entry for " + operation.name) return record(client, "ok");
    if (operation.kind == Kind::rem && reply == "Deleted entry for " + operation.name) return record(client, "yes");
    if (operation.kind == Kind::rem && reply == sorry) return record(client, "no");
    if (operation.kind == Kind::fnd && reply == sorry) return record(client, "-");
    if (operation.kind == Kind::fnd && reply.starts_with(found)) return record(client, reply.substr(found.size()));
    throw std::runtime_error("wrong reply to " + request_of(operation) + reply);
  }

  void record(Client& client, const std::string& result) {
    const Operation& operation = client.operation;
    const std::array names{"add", "rem", "fnd"};
    std::cout << operation.client << ' ' << operation.name << ' ' << names[static_cast<std::size_t>(operation.kind)]
              << ' ' << (operation.kind == Kind::add ? operation.value : "-") << ' ' << operation.invoked << ' ';
    if (operation.is_open()) std::cout << '?';
    else std::cout << operation.responded;
    std::cout << ' ' << result << '\n';
    client.asking = false;
    --asking_;
  }

  const Options& options_;
  std::mt19937_64 random_;
  std::vector<Client> clients_;
  int epoll_;
  sockaddr_un address_{};
  std::size_t connected_ = 0;
  std::size_t asked_ = 0;
  std::size_t asking_ = 0;
  Time heard_ = 0;
};

std::size_t number_in(const char* text) {
  char* end = nullptr;
  const auto number = std::strtoull(text, &end, 10);
  if (*text == '\0' || *end != '\0') throw std::runtime_error(std::string("not a number: ") + text);
  return number;
}

Options options_in(int argc, char** argv) {
  const std::array<option, 6> known{{{"socket", required_argument, nullptr, 's'},
                                     {"clients", required_argument, nullptr, 'c'},
                                     {"operations", required_argument, nullptr, 'o'},
                                     {"names", required_argument, nullptr, 'n'},
                                     {"seed", required_argument, nullptr, 'r'},
                                     {}}};
  Options options;
  for (int which = 0; (which = getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
    switch (which) {
      case 's': options.socket = optarg; break;
      case 'c': options.clients = number_in(optarg); break;
      case 'o': options.operations = number_in(optarg); break;
      case 'n': options.names = number_in(optarg); break;
      case 'r': options.seed = number_in(optarg); break;
      default: throw std::runtime_error("bad usage");
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  std::ios::sync_with_stdio(false);
  const Options options = options_in(argc, argv);
  Driver(options).run();
  std::cout.flush();
  return std::cout ? 0 : 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "history: %s\n", error.what());
  return 2;
}
