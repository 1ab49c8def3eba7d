#include <catch2/catch.hpp>
#include <random>

#include "state/store_model.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;
using namespace flowrun::state;

namespace {

std::unique_ptr<Store> open_quick(const TemporaryFolder& folder) {
  return Store::open({.folder = folder.path("store"), .is_durable = false});
}

StoreView::Size size_of(const TemporaryFolder& folder) { return StoreView::open(folder.path("store"))->measure(); }

void fold_all(Store& store) {
  while (store.fold()) continue;
}

// One state of as many groups as given, with states of 200 bytes.
StateChanges changes_of(const std::string& node, const Store& store, std::uint64_t number, int groups, bool erased) {
  StateChanges changes{.node = node, .state = "sums"};
  const std::string bytes(200, static_cast<char>('a' + number % 26));
  for (int index = 0; index < groups; ++index) {
    const std::string group = "group " + std::to_string(index);
    changes.changes.add({.group = group,
                         .hash = hash_group(group, store.seed()),
                         .erased = erased,
                         .state = erased ? std::string_view() : std::string_view(bytes)});
  }
  return changes;
}

Epoch epoch_of(const Store& store, std::uint64_t number, int groups, bool erased) {
  return {.notes = notes_of(number), .changes = {changes_of("step", store, number, groups, erased)}};
}

}  // namespace

TEST_CASE("folding in slices changes nothing of what a store tells, wherever it is interrupted") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryFolder folder;
  auto store = open_quick(folder);
  StoreModel model(store->seed(), {.changes = 300, .groups = 600, .bytes = 4000});
  for (int epoch = 0; epoch < 6; ++epoch) store->put(model.next(random), true);
  int slices = 0;
  for (; store->fold(); ++slices) {
    store.reset();
    store = open_quick(folder);
    REQUIRE(loaded(*store) == model.live());
    if (slices == 3) store->put(model.next(random), true);
  }
  CHECK(slices > 6);
}

TEST_CASE("what has been folded is in the snapshot once, and nowhere else") {
  const TemporaryFolder folder;
  {
    const auto store = open_quick(folder);
    for (std::uint64_t epoch = 0; epoch < 5; ++epoch) store->put(epoch_of(*store, epoch, 2000, false), true);
    fold_all(*store);
  }
  const StoreView::Size size = size_of(folder);
  CHECK(size.change_bytes == 0);
  REQUIRE(size.states.size() == 1);
  CHECK(size.states.front().groups == 2000);
  CHECK(size.snapshot_bytes > size.states.front().bytes);
  CHECK(size.snapshot_bytes < size.states.front().bytes * 11 / 10);
}

TEST_CASE("groups that were erased leave nothing behind a fold") {
  const TemporaryFolder folder;
  {
    const auto store = open_quick(folder);
    for (std::uint64_t epoch = 0; epoch < 5; ++epoch) store->put(epoch_of(*store, epoch, 2000, false), true);
    fold_all(*store);
    std::uint64_t epoch = 5;
    // Erasures are small, so it takes some until a fold is worth its while.
    for (; epoch < 40; ++epoch) store->put(epoch_of(*store, epoch, 2000, true), true);
    fold_all(*store);
  }
  const StoreView::Size size = size_of(folder);
  CHECK(size.snapshot_bytes == 0);
  CHECK(size.change_bytes == 0);
}

TEST_CASE("a fold leaves alone what is only prepared") {
  const TemporaryFolder folder;
  const auto store = open_quick(folder);
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) store->put(epoch_of(*store, epoch, 2000, false), true);
  store->put(epoch_of(*store, 5, 2000, true), false);
  fold_all(*store);
  CHECK(loaded(*store).size() == 2000);
  store->keep();
  CHECK(loaded(*store).empty());
}

TEST_CASE("a state that is discarded in the middle of its fold takes nothing of the next along") {
  const TemporaryFolder folder;
  const auto store = open_quick(folder);
  for (std::uint64_t number = 0; number < 3; ++number) {
    Epoch epoch = epoch_of(*store, number, 4000, false);
    epoch.changes.push_back(changes_of("next", *store, number, 4000, false));
    store->put(epoch, true);
  }
  store->fold();
  store->discard("step");
  fold_all(*store);
  CHECK(loaded(*store).size() == 4000);
}

TEST_CASE("groups whose hashes are all the same are folded, too") {
  const TemporaryFolder folder;
  const auto store = open_quick(folder);
  for (std::uint64_t number = 0; number < 3; ++number) {
    Epoch epoch{.notes = notes_of(number)};
    StateChanges& changes = epoch.changes.emplace_back(StateChanges{.node = "step", .state = "sums"});
    for (int group = 1000; group < 2000; ++group)
      changes.changes.add({.group = std::to_string(group), .hash = ~std::uint64_t{0}, .state = std::string(1000, 's')});
    store->put(epoch, true);
  }
  fold_all(*store);
  int next = 1000;
  store->load([&](const std::string&, const std::string&, const Change& change) {
    REQUIRE(change.group == std::to_string(next++));
    REQUIRE(change.state.size() == 1000);
  });
  CHECK(next == 2000);
}

TEST_CASE("a store does not grow with the number of its epochs") {
  const TemporaryFolder folder;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto store = open_quick(folder);
  const auto file_bytes = [&] { return std::filesystem::file_size(folder.path("store/data.mdb")); };
  StoreModel model(store->seed(), {.changes = 100, .groups = 2000, .bytes = 400});
  std::uintmax_t early = 0;
  for (int epoch = 0; epoch < 1000; ++epoch) {
    store->put(model.next(random), true);
    fold_all(*store);
    if (epoch == 300) early = file_bytes();
  }
  CHECK(file_bytes() < early * 5 / 4);
  std::uintmax_t live = 0;
  for (const auto& [place, bytes] : model.live()) live += std::get<3>(place).size() + bytes.size();
  CHECK(file_bytes() < 3 * live + (2 << 20));
}
