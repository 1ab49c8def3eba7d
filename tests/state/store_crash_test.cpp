#include <catch2/catch.hpp>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <random>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "state/store_model.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;
using namespace flowrun::state;

namespace {

constexpr StoreModel::Shape shape{.changes = 100, .groups = 200, .bytes = 8000};

std::unique_ptr<Store> open_quick(const std::string& folder) {
  return Store::open({.folder = folder, .is_durable = false});
}

// Puts and folds without an end, and writes a byte to `report` after each epoch that the store has taken.
[[noreturn]] void work(const std::string& folder, StoreModel model, std::mt19937 random, int report) {
  const auto store = open_quick(folder);
  for (;;) {
    store->put(model.next(random), true);
    if (::write(report, "p", 1) != 1) ::_exit(1);
    for (int slice = 0; slice < 4; ++slice) store->fold();
  }
}

// Kills a child that works on the store after some of its epochs and a moment more; how many it has reported.
std::uint64_t epochs_until_killed(const std::string& folder, const StoreModel& model, const std::mt19937& random,
                                  int least, unsigned moment) {
  int report[2];
  REQUIRE(::pipe(report) == 0);
  const pid_t child = ::fork();
  if (child == 0) work(folder, model, random, report[1]);
  ::close(report[1]);
  std::uint64_t epochs = 0;
  char byte = 0;
  for (; epochs < static_cast<std::uint64_t>(least) && ::read(report[0], &byte, 1) == 1; ++epochs) continue;
  // A moment of work and not of sleep: it is another one on each machine, which is as well.
  std::mt19937 busy;
  busy.discard(moment);
  ::kill(child, SIGKILL);
  while (::read(report[0], &byte, 1) == 1) ++epochs;
  ::close(report[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  return epochs;
}

}  // namespace

TEST_CASE("a store has what it reported as stored, whenever its process is killed") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 moments(seed), random(seed);
  const TemporaryFolder folder;
  StoreModel model(open_quick(folder.path("store"))->seed(), shape);
  for (int kill = 0; kill < 40; ++kill) {
    const std::uint64_t before = model.next_epoch();
    const std::uint64_t reported =
        epochs_until_killed(folder.path("store"), model, random, static_cast<int>(moments() % 6), moments() % 300'000);
    const auto store = open_quick(folder.path("store"));
    const std::uint64_t stored = store->latest() == nullptr ? 0 : store->latest()->epoch + 1;
    // The last epoch may have been stored and not reported any more.
    REQUIRE(stored >= before + reported);
    REQUIRE(stored <= before + reported + 1);
    while (model.next_epoch() < stored) model.next(random);
    REQUIRE(loaded(*store) == model.live());
  }
}

TEST_CASE("where the disk is full an epoch fails with exit 7, and the one before is there at the next start") {
  const TemporaryFolder folder;
  const std::string path = folder.path("store");
  std::mt19937 random(7);
  StoreModel model(open_quick(path)->seed(), shape);
  int report[2];
  REQUIRE(::pipe(report) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const ::rlimit limit{6 << 20, 6 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::string message = "none";
    try {
      const auto store = open_quick(path);
      StoreModel own = model;
      for (int epoch = 0; epoch < 100; ++epoch) {
        store->put(own.next(random), true);
        if (::write(report[1], "p", 1) != 1) ::_exit(1);
      }
    } catch (const Failure& failure) {
      message = std::to_string(static_cast<int>(failure.code())) + ": " + failure.what();
    }
    static_cast<void>(!::write(report[1], message.data(), message.size()));
    ::_exit(0);
  }
  ::close(report[1]);
  std::string told(1000, '\0');
  std::size_t size = 0;
  for (ssize_t got = 0; (got = ::read(report[0], told.data() + size, told.size() - size)) > 0;)
    size += static_cast<std::size_t>(got);
  ::waitpid(child, nullptr, 0);
  told.resize(size);
  const std::size_t stored = told.find_first_not_of('p');
  REQUIRE(stored > 0);
  CHECK(told.substr(stored) == "7: cannot write the recovery directory '" + path + "': File too large");
  for (std::size_t epoch = 0; epoch < stored; ++epoch) model.next(random);
  const auto store = open_quick(path);
  CHECK(store->latest()->epoch + 1 == stored);
  CHECK(loaded(*store) == model.live());
  store->put(model.next(random), true);
  CHECK(loaded(*store) == model.live());
}
