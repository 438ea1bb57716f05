// SPDX-License-Identifier: MIT
// load: many clients of one server in one thread, for the protocols of Addbook, Redis and memcached, with equal care.
// Memcached's keys have no spaces, so it gets `_` instead.
//
//   load --protocol addbook|redis|memcached --socket PATH --clients N --in-flight N --requests N --names FILE [--write]
//
// Finds (or, with --write, adds) the names of FILE, one per line, in order, each sent by whichever client may send
// next. The entry of a name is a fixed text followed by the name, so that a reply can be checked against its request.
// All requests are made before the clock starts. Prints one line: requests, seconds, rate, p50 and p99 in microseconds
// (only for clients in lockstep), hits, misses. Names are sent as they are: they must not need escapes or be empty.
#include <fcntl.h>
#include <getopt.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

constexpr std::string_view entry_start = "12,High Street,Camelot,555-0199,note=";
constexpr std::string_view sorry = "Sorry, no entry for: ";
constexpr std::string_view added = "Added entry for ";
constexpr std::size_t buffer_size = 1 << 18;

enum class Protocol { addbook, redis, memcached };

struct Options {
  Protocol protocol = Protocol::addbook;
  bool write = false;
  std::string socket;
  std::string names;
  std::size_t clients = 1;
  std::size_t in_flight = 1;
  std::size_t requests = 1;
};

/// All requests in one buffer, so that any number of successive ones takes one send.
struct Requests {
  std::string bytes;
  std::vector<std::uint32_t> ends;  // where each request ends in `bytes`
  std::vector<std::string_view> names;

  [[nodiscard]] std::size_t start_of(std::size_t i) const { return i == 0 ? 0 : ends[i - 1]; }
};

void append_bulk(std::string& out, std::string_view text) {
  out.append("$").append(std::to_string(text.size())).append("\r\n").append(text).append("\r\n");
}

void append_request(std::string& out, const Options& options, const std::string& name) {
  const std::string entry = std::string(entry_start) + name;
  switch (options.protocol) {
    case Protocol::redis:
      out.append(options.write ? "*3\r\n$3\r\nSET\r\n" : "*2\r\n$3\r\nGET\r\n");
      append_bulk(out, name);
      if (options.write) append_bulk(out, entry);
      break;
    case Protocol::memcached: {
      std::string key = name;
      std::replace(key.begin(), key.end(), ' ', '_');
      out.append(options.write ? "set " : "get ").append(key);
      if (options.write) out.append(" 0 0 ").append(std::to_string(entry.size())).append("\r\n").append(entry);
      out.append("\r\n");
      break;
    }
    case Protocol::addbook:
      out.append(options.write ? "add:" : "fnd:").append(name);
      if (options.write) out.append(",").append(entry);
      out.append("\n");
  }
}

Requests make_requests(const Options& options, const std::string& names) {
  Requests all;
  for (std::size_t at = 0; at < names.size() && all.names.size() < options.requests;) {
    const std::size_t end = std::min(names.find('\n', at), names.size());
    append_request(all.bytes, options, names.substr(at, end - at));
    all.ends.push_back(static_cast<std::uint32_t>(all.bytes.size()));
    all.names.emplace_back(names.data() + at, end - at);
    at = end + 1;
  }
  if (all.names.empty()) throw std::runtime_error("no names");
  return all;
}

enum class Outcome { incomplete, hit, miss, wrong };

/// Takes the reply to the request for `name` off the front of `text`.
Outcome take_addbook(std::string_view& text, std::string_view name, bool write) {
  const auto* feed = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
  if (feed == nullptr) return Outcome::incomplete;
  const std::string_view line = text.substr(0, static_cast<std::size_t>(feed - text.data()));
  text.remove_prefix(line.size() + 1);
  if (!line.ends_with(name)) return Outcome::wrong;
  if (write) return line.starts_with(added) ? Outcome::hit : Outcome::wrong;
  if (line.starts_with(name)) return Outcome::hit;
  return line.starts_with(sorry) ? Outcome::miss : Outcome::wrong;
}

Outcome take_redis(std::string_view& text, std::string_view name, bool write) {
  const auto* feed = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
  if (feed == nullptr) return Outcome::incomplete;
  const std::string_view line = text.substr(0, static_cast<std::size_t>(feed - text.data()));
  std::size_t taken = line.size() + 1;
  Outcome outcome = Outcome::wrong;
  if (write) {
    if (line == "+OK\r") outcome = Outcome::hit;
  } else if (line == "$-1\r") {
    outcome = Outcome::miss;
  } else if (line.starts_with('$')) {
    std::size_t size = 0;
    std::from_chars(line.data() + 1, line.data() + line.size(), size);
    if (text.size() < taken + size + 2) return Outcome::incomplete;
    if (text.substr(taken, size).ends_with(name)) outcome = Outcome::hit;
    taken += size + 2;
  }
  text.remove_prefix(taken);
  return outcome;
}

Outcome take_memcached(std::string_view& text, std::string_view name, bool write) {
  constexpr std::string_view none = "END\r\n";
  const auto* feed = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
  if (feed == nullptr) return Outcome::incomplete;
  const std::string_view line = text.substr(0, static_cast<std::size_t>(feed - text.data()) + 1);
  std::size_t taken = line.size();
  Outcome outcome = Outcome::wrong;
  if (write) {
    if (line == "STORED\r\n") outcome = Outcome::hit;
  } else if (line == none) {
    outcome = Outcome::miss;
  } else if (line.starts_with("VALUE ")) {
    std::size_t size = 0;
    std::from_chars(line.data() + line.rfind(' ') + 1, line.data() + line.size(), size);
    if (text.size() < taken + size + 2 + none.size()) return Outcome::incomplete;
    if (text.substr(taken, size).ends_with(name)) outcome = Outcome::hit;
    taken += size + 2 + none.size();
  }
  text.remove_prefix(taken);
  return outcome;
}

Outcome take_reply(Protocol protocol, std::string_view& text, std::string_view name, bool write) {
  switch (protocol) {
    case Protocol::redis: return take_redis(text, name, write);
    case Protocol::memcached: return take_memcached(text, name, write);
    default: return take_addbook(text, name, write);
  }
}

Protocol protocol_called(std::string_view name) {
  if (name == "addbook") return Protocol::addbook;
  if (name == "redis") return Protocol::redis;
  if (name == "memcached") return Protocol::memcached;
  throw std::runtime_error("no such protocol");
}

using Clock = std::chrono::steady_clock;

struct Client {
  int fd = -1;
  std::vector<std::uint32_t> asked{};  // a ring: the requests whose replies have not come
  std::size_t first = 0;
  std::size_t waiting = 0;
  std::string_view unsent{};
  std::string begun{};  // a reply that has come only in part
  Clock::time_point sent_at{};
  bool watches_output = false;
};

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("path too long");
  std::copy(path.begin(), path.end(), address.sun_path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::system_error(errno, std::generic_category(), path);
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

class Load {
 public:
  Load(const Options& options, const Requests& requests)
      : options_(options), requests_(requests), clients_(options.clients), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      clients_[i].fd = connect_to(options.socket);
      clients_[i].asked.resize(options.in_flight);
      watch(i, EPOLL_CTL_ADD);
    }
    if (options.in_flight == 1) latencies_.reserve(options.requests);
  }

  void run() {
    const auto start = Clock::now();
    for (auto& client : clients_) ask(client);
    std::array<epoll_event, 256> events;
    while (answered_ < options_.requests) {
      const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
      for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        Client& client = clients_[event.data.u64];
        if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) hear(client);
        ask(client);
        if (client.watches_output == client.unsent.empty()) {
          client.watches_output = !client.unsent.empty();
          watch(event.data.u64, EPOLL_CTL_MOD);
        }
      }
    }
    report(std::chrono::duration<double>(Clock::now() - start).count());
  }

 private:
  void watch(std::size_t i, int operation) {
    epoll_event event{};
    event.events = EPOLLIN | (clients_[i].watches_output ? EPOLLOUT : 0U);
    event.data.u64 = i;
    epoll_ctl(epoll_, operation, clients_[i].fd, &event);
  }

  /// Sends as many further requests as may be in flight, once the earlier ones are sent.
  void ask(Client& client) {
    if (client.unsent.empty()) take_requests(client);
    if (client.unsent.empty()) return;
    const ssize_t put = send(client.fd, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) throw std::system_error(errno, std::generic_category(), "send");
    if (put > 0) client.unsent.remove_prefix(static_cast<std::size_t>(put));
  }

  void take_requests(Client& client) {
    const std::size_t from = asked_ % requests_.names.size();
    const std::size_t number =
        std::min({options_.in_flight - client.waiting, options_.requests - asked_, requests_.names.size() - from});
    if (number == 0) return;
    for (std::size_t i = 0; i < number; ++i) {
      std::size_t slot = client.first + client.waiting + i;
      if (slot >= client.asked.size()) slot -= client.asked.size();
      client.asked[slot] = static_cast<std::uint32_t>(from + i);
    }
    client.waiting += number;
    asked_ += number;
    const std::size_t start = requests_.start_of(from);
    client.unsent = std::string_view(requests_.bytes).substr(start, requests_.ends[from + number - 1] - start);
    if (options_.in_flight == 1) client.sent_at = Clock::now();
  }

  void hear(Client& client) {
    const std::size_t begun = client.begun.size();
    std::copy(client.begun.begin(), client.begun.end(), buffer_.begin());
    const ssize_t got = recv(client.fd, buffer_.data() + begun, buffer_.size() - begun, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "recv");
    if (got == 0) throw std::runtime_error("the server closed the stream");
    std::string_view text(buffer_.data(), begun + static_cast<std::size_t>(got));
    while (!text.empty() && take(client, text)) {
    }
    client.begun.assign(text);
  }

  bool take(Client& client, std::string_view& text) {
    if (client.waiting == 0) throw std::runtime_error("a reply that nobody asked for");
    const std::string_view name = requests_.names[client.asked[client.first]];
    const std::string_view before = text;
    const Outcome outcome = take_reply(options_.protocol, text, name, options_.write);
    if (outcome == Outcome::incomplete) return false;
    if (outcome == Outcome::wrong) {
      throw std::runtime_error("wrong reply to " + std::string(name) + ": " +
                               std::string(before.substr(0, before.size() - text.size())));
    }
    if (options_.in_flight == 1) latencies_.push_back(Clock::now() - client.sent_at);
    if (++client.first == client.asked.size()) client.first = 0;
    --client.waiting;
    ++answered_;
    if (outcome == Outcome::hit) ++hits_;
    return true;
  }

  /// In microseconds.
  double percentile(double part) {
    if (latencies_.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(latencies_.size() - 1));
    std::nth_element(latencies_.begin(), latencies_.begin() + at, latencies_.end());
    return std::chrono::duration<double, std::micro>(latencies_[static_cast<std::size_t>(at)]).count();
  }

  void report(double seconds) {
    std::printf("%zu %.6f %.0f", answered_, seconds, static_cast<double>(answered_) / seconds);
    if (options_.in_flight == 1) std::printf(" %.1f %.1f", percentile(0.5), percentile(0.99));
    else std::printf(" - -");
    std::printf(" %zu %zu\n", hits_, answered_ - hits_);
  }

  const Options& options_;
  const Requests& requests_;
  std::vector<Client> clients_;
  int epoll_;
  std::size_t asked_ = 0;
  std::size_t answered_ = 0;
  std::size_t hits_ = 0;
  std::vector<Clock::duration> latencies_{};
  std::vector<char> buffer_ = std::vector<char>(buffer_size);
};

std::size_t number_in(const char* text) {
  char* end = nullptr;
  const auto number = std::strtoull(text, &end, 10);
  if (number == 0 || *end != '\0') throw std::runtime_error(std::string("not a number above zero: ") + text);
  return number;
}

Options options_in(int argc, char** argv) {
  const std::array<option, 8> known{{{"protocol", required_argument, nullptr, 'p'},
                                     {"socket", required_argument, nullptr, 's'},
                                     {"clients", required_argument, nullptr, 'c'},
                                     {"in-flight", required_argument, nullptr, 'i'},
                                     {"requests", required_argument, nullptr, 'r'},
                                     {"names", required_argument, nullptr, 'n'},
                                     {"write", no_argument, nullptr, 'w'},
                                     {}}};
  Options options;
  for (int which = 0; (which = getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
    switch (which) {
      case 'p': options.protocol = protocol_called(optarg); break;
      case 's': options.socket = optarg; break;
      case 'c': options.clients = number_in(optarg); break;
      case 'i': options.in_flight = number_in(optarg); break;
      case 'r': options.requests = number_in(optarg); break;
      case 'n': options.names = optarg; break;
      case 'w': options.write = true; break;
      default: throw std::runtime_error("bad usage");
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  const Options options = options_in(argc, argv);
  std::ifstream file(options.names, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + options.names);
  const std::string names{std::istreambuf_iterator<char>(file), {}};
  const Requests requests = make_requests(options, names);
  Load(options, requests).run();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "load: %s\n", error.what());
  return 2;
}
