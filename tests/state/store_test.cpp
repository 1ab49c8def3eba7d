#include "state/store.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "state/store_model.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;
using namespace flowrun::state;

namespace {

std::unique_ptr<Store> open_quick(const TemporaryFolder& folder) {
  return Store::open({.folder = folder.path("store"), .is_durable = false});
}

// What opening a folder says, with the code of its exit before it.
std::string refusal(const std::string& folder) {
  try {
    Store::open({.folder = folder, .is_durable = false});
  } catch (const Failure& failure) {
    return std::to_string(static_cast<int>(failure.code())) + ": " + failure.what();
  }
  return "none";
}

Change changed(std::string_view group, std::uint64_t hash, std::string_view state) {
  return {.group = group, .hash = hash, .erased = false, .state = state};
}
Change erased(std::string_view group, std::uint64_t hash) { return {.group = group, .hash = hash, .erased = true}; }

Epoch epoch_of(std::uint64_t number, const std::vector<Change>& changes) {
  Epoch epoch{.notes = notes_of(number)};
  StateChanges& state = epoch.changes.emplace_back(StateChanges{.node = "step", .state = "sums"});
  for (const Change& change : changes) state.changes.add(change);
  return epoch;
}

// Group and state of all that is live, in the order in which it is told.
std::string told(Store& store) {
  std::string all;
  store.load([&](const std::string& node, const std::string& state, const Change& change) {
    all += node + '/' + state + ' ' + std::string(change.group) + '=' +
           (change.erased ? "erased" : std::string(change.state)) + '\n';
  });
  return all;
}

}  // namespace

TEST_CASE("a new store has an id and a seed of its own, no epoch and no state") {
  const TemporaryFolder folder;
  std::uint64_t id = 0, seed = 0;
  {
    const auto store = open_quick(folder);
    CHECK(store->latest() == nullptr);
    CHECK(store->prepared() == nullptr);
    CHECK(told(*store).empty());
    id = store->id();
    seed = store->seed();
  }
  const auto again = open_quick(folder);
  CHECK(again->id() == id);
  CHECK(again->seed() == seed);
  const TemporaryFolder other;
  CHECK(open_quick(other)->id() != id);
}

TEST_CASE("an epoch that was put is there after the next start, with all its notes") {
  const TemporaryFolder folder;
  open_quick(folder)->put(epoch_of(0, {changed("a", 1, "one")}), true);
  const auto store = open_quick(folder);
  REQUIRE(store->latest() != nullptr);
  CHECK(text_of(*store->latest()) == text_of(notes_of(0)));
  CHECK(told(*store) == "step/sums a=one\n");
}

TEST_CASE("the changes of an epoch are told in the order of hash and group, the latest of each group") {
  const TemporaryFolder folder;
  const auto store = open_quick(folder);
  store->put(epoch_of(0, {erased("b", 5), changed("c", 1ull << 63, "three"), changed("b", 5, "new"),
                          changed("a", 5, "one"), changed("z", 0, "zero")}),
             true);
  CHECK(told(*store) == "step/sums z=zero\nstep/sums a=one\nstep/sums b=new\nstep/sums c=three\n");
}

TEST_CASE("a pane that a worker closed is gone for the groups of that worker, and may begin anew") {
  const TemporaryFolder folder;
  const auto store = open_quick(folder);
  const auto in_pane = [](Change change) {
    change.pane = Time(Duration(60));
    return change;
  };
  store->put(epoch_of(0, {in_pane(changed("even", 2, "first")), in_pane(changed("odd", 3, "first"))}), true);
  Epoch closing =
      epoch_of(1, {in_pane({.hash = 0, .erased = true, .pane_closed = true}), in_pane(changed("new", 4, "second"))});
  closing.changes.front().workers = 2;
  store->put(closing, true);
  CHECK(told(*store) == "step/sums odd=first\nstep/sums new=second\n");
}

TEST_CASE("an epoch that was only prepared does not count until it is kept") {
  const TemporaryFolder folder;
  {
    const auto store = open_quick(folder);
    store->put(epoch_of(0, {changed("a", 1, "old")}), true);
    store->put(epoch_of(1, {changed("a", 1, "new")}), false);
    CHECK(store->latest()->epoch == 0);
    CHECK(store->prepared()->epoch == 1);
    CHECK(told(*store) == "step/sums a=old\n");
    CHECK_THROWS(store->put(epoch_of(1, {}), true));
  }
  {
    const auto store = open_quick(folder);
    REQUIRE(store->prepared() != nullptr);
    CHECK(text_of(*store->prepared()) == text_of(notes_of(1)));
    CHECK(told(*store) == "step/sums a=old\n");
    store->keep();
    CHECK(store->prepared() == nullptr);
    CHECK(store->latest()->epoch == 1);
    CHECK(told(*store) == "step/sums a=old\nstep/sums a=new\n");
  }
  const auto store = open_quick(folder);
  CHECK(store->prepared() == nullptr);
  CHECK(store->latest()->epoch == 1);
}

TEST_CASE("an epoch that was dropped never was, and its number is given again") {
  const TemporaryFolder folder;
  {
    const auto store = open_quick(folder);
    store->put(epoch_of(0, {changed("a", 1, "old")}), true);
    store->put(epoch_of(1, {changed("a", 1, "dropped"), changed("b", 2, "dropped")}), false);
    store->drop();
    CHECK(store->prepared() == nullptr);
  }
  const auto store = open_quick(folder);
  CHECK(store->prepared() == nullptr);
  CHECK(store->latest()->epoch == 0);
  CHECK(told(*store) == "step/sums a=old\n");
  store->put(epoch_of(1, {changed("b", 2, "new")}), true);
  CHECK(told(*store) == "step/sums a=old\nstep/sums b=new\n");
}

TEST_CASE("the state of a node that was discarded is gone for good; one of the same name begins anew") {
  const TemporaryFolder folder;
  {
    const auto store = open_quick(folder);
    Epoch epoch = epoch_of(0, {changed("a", 1, "one")});
    epoch.changes.push_back(epoch.changes.front());
    epoch.changes.back().node = "other";
    store->put(epoch, true);
    store->discard("step");
    CHECK(told(*store) == "other/sums a=one\n");
    store->put(epoch_of(1, {changed("b", 2, "two")}), true);
  }
  CHECK(told(*open_quick(folder)) == "other/sums a=one\nstep/sums b=two\n");
}

TEST_CASE("a change larger than a chunk, and the longest group, come back as they were") {
  const TemporaryFolder folder;
  const std::string large(300'000, 's'), group(100'000, 'g');
  open_quick(folder)->put(epoch_of(0, {changed("a", 1, "small"), changed(group, 2, large), changed("c", 3, "")}), true);
  CHECK(told(*open_quick(folder)) == "step/sums a=small\nstep/sums " + group + "=" + large + "\nstep/sums c=\n");
}

TEST_CASE("epochs out of order are a mistake of the caller") {
  const TemporaryFolder folder;
  const auto store = open_quick(folder);
  CHECK_THROWS_AS(store->put(epoch_of(1, {}), true), std::logic_error);
  CHECK_THROWS_AS(store->keep(), std::logic_error);
  CHECK_THROWS_AS(store->drop(), std::logic_error);
}

TEST_CASE("a store that another job holds is refused with the number of its process") {
  const TemporaryFolder folder;
  const auto store = open_quick(folder);
  CHECK(refusal(folder.path("store")) == "11: the recovery directory '" + folder.path("store") +
                                             "' is held by another job (process " + std::to_string(::getpid()) + ")");
}

TEST_CASE("a folder that holds other files and no store is refused and left alone") {
  const TemporaryFolder folder;
  folder.write("thesis.txt", "all I have");
  CHECK(refusal(folder.path("")) == "10: '" + folder.path("") +
                                        "' cannot be the recovery directory: it has no store, but other files (such as "
                                        "'thesis.txt')\nhint: name a folder that is empty or not there");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path("")), {}) == 1);
}

TEST_CASE("a recovery directory that cannot be made or is none is refused") {
  const TemporaryFolder folder;
  folder.write("file", "");
  CHECK(refusal(folder.path("file")) ==
        "10: '" + folder.path("file") + "' cannot be the recovery directory: it is no folder");
  CHECK(refusal(folder.path("not/there")) ==
        "10: cannot make the recovery directory '" + folder.path("not/there") + "': No such file or directory");
}

TEST_CASE("a start that was killed before its first transaction is no obstacle to the next") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("store"));
  folder.write("store/job.lock", "12345\n");
  CHECK(open_quick(folder)->latest() == nullptr);
  const TemporaryFolder empty_data;
  std::filesystem::create_directory(empty_data.path("store"));
  empty_data.write("store/data.mdb", "");
  CHECK(open_quick(empty_data)->latest() == nullptr);
}

TEST_CASE("only the owner may look into a store") {
  const TemporaryFolder folder;
  open_quick(folder);
  using std::filesystem::perms;
  CHECK(std::filesystem::status(folder.path("store")).permissions() == perms::owner_all);
  CHECK(std::filesystem::status(folder.path("store/data.mdb")).permissions() ==
        (perms::owner_read | perms::owner_write));
}

TEST_CASE("a file of LMDB that is not ours, and one that is no file of LMDB, are refused with a reason") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("store"));
  folder.write("store/data.mdb", std::string(10'000, 'x'));
  CHECK(refusal(folder.path("store")) ==
        "10: the recovery directory '" + folder.path("store") + "' is damaged: MDB_INVALID: File is not an LMDB file");
}
