#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "bench/jobs.hpp"
#include "record/group.hpp"
#include "state/keyed_states.hpp"
#include "state/store.hpp"
#include "state/typed_state.hpp"
#include "support/temporary_folder.hpp"

// What the store of epochs costs: the cut on a worker, storing an epoch of 10 000 changed keys, recovery of many keys,
// folding, and the size of the file. Beside the least that could be done: a bare append and fdatasync of the same bytes, a
// sequential read of them with inserts into the same table. `bench_store [KEYS]`: of recovery, besides 100 000 and a million.
namespace {

using namespace flowrun;
using state::Change;
using state::ChangeLog;

constexpr int rounds = 21;
constexpr std::size_t changed = 10'000;

double wall_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Work>
double time_of(Work&& work) {
  const double begin = wall_nanoseconds();
  work();
  return wall_nanoseconds() - begin;
}

// Sum, count and the like: 24 bytes.
struct Totals {
  std::int64_t sum = 0, count = 0, largest = 0;
  void encode(std::string& out) const { out.append(reinterpret_cast<const char*>(this), sizeof *this); }
  bool decode(std::string_view bytes) {
    if (bytes.size() != sizeof *this) return false;
    std::memcpy(this, bytes.data(), sizeof *this);
    return true;
  }
  void merge(Totals&& later) { sum += later.sum; }
};

// A state of many groups that changes at random.
class Groups {
 public:
  Groups(std::size_t count, std::uint64_t seed) : states_(seed), totals_(states_, "totals"), encoded_(count) {
    for (std::size_t index = 0; index < count; ++index)
      encode_group(Value::text("user-" + std::to_string(index)), encoded_[index]);
    states_.track_changes();
  }

  Group group(std::size_t index) const { return {encoded_[index], hash_group(encoded_[index], states_.seed())}; }
  void change_all() {
    for (std::size_t index = 0; index < encoded_.size(); ++index) ++totals_.change(group(index)).count;
  }
  void change_some() {
    for (std::size_t count = 0; count < changed; ++count) ++totals_.change(group(random_() % encoded_.size())).count;
  }
  state::Epoch cut(std::uint64_t number) {
    state::Epoch epoch{.notes = {.epoch = number}};
    for (auto& [name, changes] : states_.take_changes()) epoch.changes.push_back({"step", name, std::move(changes)});
    return epoch;
  }

 private:
  state::KeyedStates states_;
  state::TypedState<Totals> totals_;
  std::vector<std::string> encoded_;
  std::mt19937 random_{7};
};

std::size_t bytes_of(const state::Epoch& epoch) {
  std::size_t bytes = 0;
  for (const state::StateChanges& changes : epoch.changes) bytes += changes.changes.bytes().size();
  return bytes;
}

class AppendedFile {
 public:
  explicit AppendedFile(const std::string& path) : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND, 0600)) {}
  ~AppendedFile() { ::close(file_); }
  void append(const state::Epoch& epoch) {
    for (const state::StateChanges& changes : epoch.changes) {
      const std::string_view bytes = changes.changes.bytes();
      if (::write(file_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
    }
    if (::fdatasync(file_) != 0) std::abort();
  }

 private:
  int file_;
};

void measure_epochs(std::size_t keys) {
  const TemporaryFolder folder;
  const auto store = state::Store::open({.folder = folder.path("store")});
  AppendedFile file(folder.path("appended"));
  Groups groups(keys, store->seed());
  groups.change_all();
  store->put(groups.cut(0), true);
  std::vector<bench::Job> jobs = {{"cut of 10 000 changed keys", {}},
                                  {"append and fdatasync", {}},
                                  {"put and commit", {}, "append and fdatasync"},
                                  {"a slice of folding, on the processor", {}},
                                  {"a slice of folding, with its commit", {}}};
  for (std::uint64_t round = 1; round <= rounds * 4; ++round) {
    groups.change_some();
    state::Epoch epoch;
    const double cut = time_of([&] { epoch = groups.cut(round); });
    const double append = time_of([&] { file.append(epoch); });
    const double put = time_of([&] { store->put(epoch, true); });
    jobs[0].nanoseconds.push_back(cut / 1000);
    jobs[1].nanoseconds.push_back(append / 1000);
    jobs[2].nanoseconds.push_back(put / 1000);
    for (bool more = true; more;) {
      const double begin = bench::thread_nanoseconds();
      const double slice = time_of([&] { more = store->fold(); });
      if (!more) break;
      jobs[3].nanoseconds.push_back((bench::thread_nanoseconds() - begin) / 1000);
      jobs[4].nanoseconds.push_back(slice / 1000);
    }
    if (round == 1) std::printf("epochs of 10 000 among %zu keys, %zu bytes each\n", keys, bytes_of(epoch));
  }
  bench::print(jobs, "us");
}

void measure_recovery(std::size_t keys) {
  const TemporaryFolder folder;
  std::string appended = folder.path("appended");
  std::uint64_t seed = 0;
  {
    const auto store = state::Store::open({.folder = folder.path("store"), .is_durable = false});
    seed = store->seed();
    Groups groups(keys, seed);
    groups.change_all();
    const state::Epoch epoch = groups.cut(0);
    AppendedFile(appended).append(epoch);
    store->put(epoch, true);
    while (store->fold()) continue;
  }
  std::vector<bench::Job> jobs = {{"sequential read and inserts", {}},
                                  {"open and load", {}, "sequential read and inserts"}};
  for (int round = 0; round < (keys > 1'000'000 ? 5 : 9); ++round) {
    jobs[0].nanoseconds.push_back(time_of([&] {
                                    state::KeyedStates states(seed);
                                    const state::TypedState<Totals> totals(states, "totals");
                                    std::string bytes(std::filesystem::file_size(appended), '\0');
                                    const int file = ::open(appended.c_str(), O_RDONLY);
                                    for (std::size_t at = 0; at < bytes.size();)
                                      at += static_cast<std::size_t>(::read(
                                          file, bytes.data() + at, std::min<std::size_t>(1 << 20, bytes.size() - at)));
                                    ::close(file);
                                    Change change{};
                                    for (std::string_view rest = bytes; !rest.empty() && ChangeLog::take(rest, change);)
                                      if (!states.restore("totals", {change.group, change.hash}, change.state).ok())
                                        std::abort();
                                  }) /
                                  static_cast<double>(keys));
    jobs[1].nanoseconds.push_back(time_of([&] {
                                    state::KeyedStates states(seed);
                                    const state::TypedState<Totals> totals(states, "totals");
                                    const auto store =
                                        state::Store::open({.folder = folder.path("store"), .is_durable = false});
                                    store->load([&](const std::string&, const std::string& name, const Change& change) {
                                      if (!states.restore(name, {change.group, change.hash}, change.state).ok())
                                        std::abort();
                                    });
                                    if (states.groups() != keys) std::abort();
                                  }) /
                                  static_cast<double>(keys));
  }
  std::printf("recovery of %zu keys\n", keys);
  bench::print(jobs, "ns/key");
}

void measure_size(std::size_t keys, std::uint64_t epochs) {
  const TemporaryFolder folder;
  const auto store = state::Store::open({.folder = folder.path("store"), .is_durable = false});
  Groups groups(keys, store->seed());
  groups.change_all();
  state::Epoch epoch = groups.cut(0);
  const auto live = static_cast<double>(bytes_of(epoch));
  store->put(epoch, true);
  std::printf("size of the store of %zu keys, as a multiple of the live state (%.1f MB)\n", keys, live / 1e6);
  for (std::uint64_t number = 1; number <= epochs; ++number) {
    groups.change_some();
    store->put(groups.cut(number), true);
    while (store->fold()) continue;
    if (number % (epochs / 5) == 0)
      std::printf("  after %4llu epochs  %.2f\n", static_cast<unsigned long long>(number),
                  static_cast<double>(std::filesystem::file_size(folder.path("store/data.mdb"))) / live);
  }
}

}  // namespace

int main(int count, char** arguments) {
  measure_epochs(100'000);
  measure_epochs(1'000'000);
  measure_recovery(100'000);
  measure_recovery(1'000'000);
  if (count > 1) measure_recovery(std::strtoull(arguments[1], nullptr, 10));
  measure_size(100'000, 1000);
}
