#include <catch2/catch.hpp>
#include <csignal>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "state/store_model.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;
using namespace flowrun::state;

namespace {

std::unique_ptr<Store> open_quick(const std::string& folder) {
  return Store::open({.folder = folder, .is_durable = false});
}

std::string refusal(const std::string& folder) {
  try {
    StoreView::open(folder);
  } catch (const Failure& failure) {
    return std::to_string(static_cast<int>(failure.code())) + ": " + failure.what();
  }
  return "none";
}

// The same as a store tells, by the view of it; in order, and each place once.
StoreModel::Live viewed(StoreView& view) {
  StoreModel::Live live;
  for (const char* node : {"sums", "dedupe"}) {
    std::string last;
    view.each(node, [&](const std::string& of, const std::string& state, const Change& change) {
      if (change.erased) throw std::logic_error("a view tells of an erased group");
      const std::string order = state + ' ' + std::string(change.group);
      if (order < last && order.substr(0, state.size()) == last.substr(0, state.size()))
        throw std::logic_error("out of order");
      last = order;
      const StoreModel::Place place{of, state, change.pane.time_since_epoch().count(), std::string(change.group)};
      if (!live.emplace(place, change.state).second) throw std::logic_error("told twice");
    });
  }
  return live;
}

}  // namespace

TEST_CASE("a view tells each live group once, with its latest state, folded or not") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryFolder folder;
  StoreModel model(0, {});
  {
    const auto store = open_quick(folder.path("store"));
    model = StoreModel(store->seed(), {.changes = 300, .groups = 800, .bytes = 2000});
    for (int epoch = 0; epoch < 12; ++epoch) {
      store->put(model.next(random), true);
      for (int slice = 0; slice < 2; ++slice) store->fold();
    }
  }
  const auto view = StoreView::open(folder.path("store"));
  CHECK(viewed(*view) == model.live());
  REQUIRE(view->latest() != nullptr);
  CHECK(text_of(*view->latest()) == text_of(notes_of(11)));
  CHECK(view->prepared() == nullptr);
  const StoreView::Size size = view->measure();
  std::uint64_t groups = 0, bytes = 0, live_bytes = 0;
  for (const StoreView::StateSize& state : size.states) groups += state.groups, bytes += state.bytes;
  for (const auto& [place, state] : model.live()) live_bytes += std::get<3>(place).size() + state.size();
  CHECK(groups == model.live().size());
  CHECK(bytes == live_bytes);
  CHECK(size.file_bytes == std::filesystem::file_size(folder.path("store/data.mdb")));
}

TEST_CASE("a view sees the moment it was opened, while a job in another process goes on") {
  const TemporaryFolder folder;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto store = open_quick(folder.path("store"));
  StoreModel model(store->seed(), {.changes = 100, .groups = 200, .bytes = 8000});
  for (int epoch = 0; epoch < 4; ++epoch) store->put(model.next(random), true);
  int opened[2], looked[2];
  REQUIRE(::pipe(opened) == 0);
  REQUIRE(::pipe(looked) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    const auto view = StoreView::open(folder.path("store"));
    const bool was_told = ::write(opened[1], "o", 1) == 1 && ::read(looked[0], &byte, 1) == 1;
    const bool same = view->latest()->epoch == 3 && viewed(*view) == model.live();
    ::_exit(was_told && same ? 0 : 1);
  }
  char byte = 0;
  REQUIRE(::read(opened[0], &byte, 1) == 1);
  for (int epoch = 0; epoch < 20; ++epoch) {
    store->put(model.next(random), true);
    while (store->fold()) continue;
  }
  REQUIRE(::write(looked[1], "l", 1) == 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(loaded(*store) == model.live());
}

TEST_CASE("a view whose process was killed does not make the store grow") {
  const TemporaryFolder folder;
  std::mt19937 random(3);
  const auto store = open_quick(folder.path("store"));
  StoreModel model(store->seed(), {.changes = 100, .groups = 200, .bytes = 8000});
  const auto go_on = [&](int epochs) {
    for (int epoch = 0; epoch < epochs; ++epoch) {
      store->put(model.next(random), true);
      while (store->fold()) continue;
    }
    return std::filesystem::file_size(folder.path("store/data.mdb"));
  };
  const auto before = go_on(100);
  int opened[2];
  REQUIRE(::pipe(opened) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto view = StoreView::open(folder.path("store"));
    if (::write(opened[1], "o", 1) == 1) ::pause();
    ::_exit(1);
  }
  char byte = 0;
  REQUIRE(::read(opened[0], &byte, 1) == 1);
  ::kill(child, SIGKILL);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(go_on(100) < before * 3 / 2);
}

TEST_CASE("a copy has all that the store has, takes its place, and is refused where there is something else") {
  const TemporaryFolder folder;
  std::mt19937 random(1);
  StoreModel model(0, {});
  {
    const auto store = open_quick(folder.path("store"));
    model = StoreModel(store->seed(), {});
    for (int epoch = 0; epoch < 5; ++epoch) store->put(model.next(random), true);
  }
  StoreView::open(folder.path("store"))->copy_to(folder.path("copy"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path("copy")), {}) == 1);
  CHECK(viewed(*StoreView::open(folder.path("copy"))) == model.live());
  for (int start = 0; start < 3; ++start) {
    const auto store = open_quick(folder.path("copy"));
    CHECK(loaded(*store) == model.live());
    store->put(model.next(random), true);
  }
  try {
    StoreView::open(folder.path("store"))->copy_to(folder.path("copy"));
    FAIL("copied over a store");
  } catch (const Failure& failure) {
    CHECK(failure.what() == "'" + folder.path("copy") + "' cannot take a copy: it is not empty");
  }
}

TEST_CASE("what is no store cannot be viewed, and is left as it was") {
  const TemporaryFolder folder;
  CHECK(refusal(folder.path("nothing")) ==
        "10: cannot open '" + folder.path("nothing") + "': No such file or directory");
  CHECK(refusal(folder.path("")) == "10: there is no store in '" + folder.path("") + "' (no data.mdb)");
  CHECK(std::filesystem::is_empty(folder.path("")));
}
