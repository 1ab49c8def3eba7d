#include <catch2/catch.hpp>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "state/store_model.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;
using namespace flowrun::state;

namespace {

constexpr std::size_t page_bytes = 4096;

// How a child ended that read a store; of a store that is refused, the code of the exit.
enum Outcome : int { right = 0, refused = 10, wrong = 50, wrong_later = 51, other_error = 52 };

// A store whose file is damaged and put back again and again.
class Victim {
 public:
  Victim(std::mt19937& random, StoreModel::Shape shape, int epochs, bool prepared) {
    auto store = open();
    StoreModel model(store->seed(), shape);
    for (int epoch = 0; epoch < epochs; ++epoch) {
      store->put(model.next(random), true);
      for (int slice = 0; slice < 3; ++slice) store->fold();
    }
    before_ = model.live();
    next_ = model.next(random);
    after_ = model.live();
    if (prepared) store->put(next_, false);
    store.reset();
    bytes_ = folder_.read("store/data.mdb");
    lock_ = folder_.read("store/job.lock");
  }

  const std::string& bytes() const { return bytes_; }

  /// What comes of the store with these bytes as its file.
  int outcome_with(const std::string& bytes) {
    folder_.write("store/data.mdb", bytes);
    folder_.write("store/job.lock", lock_);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
      ::alarm(60);
      ::_exit(go_on());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  std::unique_ptr<Store> open() { return Store::open({.folder = folder_.path("store"), .is_durable = false}); }

  // Reads the store, goes on with it, and reads it again: what the first look did not find must do no harm later.
  Outcome go_on() {
    try {
      {
        const auto store = open();
        if (text_of(*store->latest()) != text_of(notes_of(next_.notes.epoch - 1)) || loaded(*store) != before_)
          return wrong;
        if (store->prepared() != nullptr) store->drop();
        store->put(next_, true);
        while (store->fold()) continue;
      }
      return loaded(*open()) == after_ ? right : wrong_later;
    } catch (const Failure& failure) {
      return failure.code() == ExitCode::recovery_unusable ? refused : other_error;
    } catch (...) {
      return other_error;
    }
  }

  TemporaryFolder folder_;
  StoreModel::Live before_;
  StoreModel::Live after_;
  Epoch next_;
  std::string bytes_;
  std::string lock_;
};

// How often each outcome was; any that is no answer is reported with what led to it.
class Tally {
 public:
  void add(int outcome, const std::string& damage) {
    ++counts_[outcome];
    if (outcome != right && outcome != refused) FAIL_CHECK("outcome " << outcome << " of " << damage);
  }
  int count(Outcome outcome) { return counts_[outcome]; }

 private:
  std::map<int, int> counts_;
};

void flip(Victim& victim, std::size_t at, unsigned char mask, Tally& tally) {
  std::string bytes = victim.bytes();
  bytes[at] = static_cast<char>(bytes[at] ^ mask);
  tally.add(victim.outcome_with(bytes),
            "a flip by " + std::to_string(mask) + " at " + std::to_string(at) + " of " + std::to_string(bytes.size()));
}

// LMDB marks its pages: where branches and leaves are (1 and 2), and where the rest of large values is (4).
bool is_tree_page(const std::string& bytes, std::size_t page) {
  std::uint16_t flags = 0;
  std::memcpy(&flags, bytes.data() + page * page_bytes + 10, sizeof flags);
  return flags == 1 || flags == 2;
}

// Half of the flips are in the pages by which LMDB finds the rest, though they are few, and of those half in their heads.
std::size_t random_place(const std::string& bytes, std::mt19937& random) {
  if (random() % 2 == 0) return random() % bytes.size();
  std::vector<std::size_t> trees;
  for (std::size_t page = 2; page < bytes.size() / page_bytes; ++page)
    if (is_tree_page(bytes, page)) trees.push_back(page);
  const std::size_t page = trees[random() % trees.size()];
  return page * page_bytes + random() % (random() % 2 == 0 ? 64 : page_bytes);
}

// Each flip is tried in a process of its own, which takes a sanitizer long; all are tried without.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int one_in = 10;
#else
constexpr int one_in = 1;
#endif

void flip_at_random(StoreModel::Shape shape, int epochs, bool prepared, int flips) {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Victim victim(random, shape, epochs, prepared);
  REQUIRE(victim.outcome_with(victim.bytes()) == right);
  Tally tally;
  for (int count = 0; count < flips / one_in; ++count)
    flip(victim, random_place(victim.bytes(), random), static_cast<unsigned char>(1u << random() % 8), tally);
  // Much of a file is pages that are free, or parts of pages.
  CHECK(tally.count(refused) > 0);
}

}  // namespace

TEST_CASE("a flipped byte in a small store is found or does no harm") {
  flip_at_random({.changes = 10, .groups = 20}, 3, false, 300);
}

TEST_CASE("a flipped byte in a store of many epochs is found or does no harm") {
  flip_at_random({.changes = 10, .groups = 20}, 200, true, 300);
}

TEST_CASE("a flipped byte in a store in the middle of a fold is found or does no harm") {
  flip_at_random({.changes = 40, .groups = 100, .bytes = 8000}, 9, false, 250);
}

TEST_CASE("a flipped byte in a store with many groups is found or does no harm") {
  flip_at_random({.changes = 150, .groups = 300, .bytes = 400}, 6, true, 200);
}

TEST_CASE("any flipped bit in the first pages of LMDB is found or does no harm") {
  std::mt19937 random(1);
  Victim victim(random, {.changes = 5, .groups = 20}, 4, false);
  Tally tally;
  for (const std::size_t page : {0, 1})
    for (std::size_t at = 0; at < 176; at += one_in)
      for (const unsigned char mask : {1, 2, 16}) flip(victim, page * page_bytes + at, mask, tally);
  CHECK(tally.count(refused) > 0);
}

// LMDB believes them when it copies a page.
TEST_CASE("a flipped flag of a page of LMDB is found or does no harm") {
  std::mt19937 random(1);
  Victim victim(random, {.changes = 50, .groups = 100, .bytes = 200}, 8, true);
  Tally tally;
  for (std::size_t page = 2; page < victim.bytes().size() / page_bytes; page += one_in)
    if (is_tree_page(victim.bytes(), page))
      for (const unsigned char mask : {1, 2, 4, 16}) flip(victim, page * page_bytes + 10, mask, tally);
  CHECK(tally.count(refused) > 0);
}

TEST_CASE("a file that was cut off is found or does no harm") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Victim victim(random, {.changes = 60, .groups = 200, .bytes = 6000}, 9, true);
  Tally tally;
  for (int count = 0; count < 60; ++count) {
    const std::size_t size = count < 20 ? static_cast<std::size_t>(count) * 1024 : random() % victim.bytes().size();
    tally.add(victim.outcome_with(victim.bytes().substr(0, size)), "a cut at " + std::to_string(size));
  }
  CHECK(tally.count(refused) > 50);
}

TEST_CASE("a file that is cut off while it is read ends the process with the name of the store") {
  const TemporaryFolder folder;
  std::mt19937 random(5);
  int said[2];
  REQUIRE(::pipe(said) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(said[1], STDERR_FILENO);
    const auto store = Store::open({.folder = folder.path("store"), .is_durable = false});
    StoreModel model(store->seed(), {.changes = 100, .groups = 200, .bytes = 8000});
    store->put(model.next(random), true);
    if (::truncate(folder.path("store/data.mdb").c_str(), 2 * page_bytes) != 0) ::_exit(other_error);
    ::_exit(loaded(*store).empty() ? wrong : right);
  }
  ::close(said[1]);
  std::string message;
  for (char byte = 0; ::read(said[0], &byte, 1) == 1;) message += byte;
  ::close(said[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == refused);
  CHECK(message == "flowrun: error: the recovery directory '" + folder.path("store") +
                       "' is damaged: the file could not be read (SIGBUS)\n");
}
