#include <catch2/catch.hpp>
#include <random>

#include "state/store_model.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;
using namespace flowrun::state;

namespace {

// A store and the model of it, which go through the same at random.
class Walk {
 public:
  Walk(unsigned seed, StoreModel::Shape shape) : random_(seed), store_(open()), model_(store_->seed(), shape) {}

  void step() {
    switch (random_() % 16) {
      case 0:
        store_.reset();
        store_ = open();
        break;
      case 1:
        prepare();
        break;
      case 2:
        if (random_() % 20 == 0) discard();
        break;
      case 3:
      case 4:
      case 5:
      case 6:
      case 7:
      case 8:
        store_->fold();
        break;
      default:
        store_->put(model_.next(random_), true);
    }
  }

  void check() {
    REQUIRE((store_->latest() == nullptr) == (model_.next_epoch() == 0));
    if (store_->latest() != nullptr) REQUIRE(text_of(*store_->latest()) == text_of(notes_of(model_.next_epoch() - 1)));
    REQUIRE(loaded(*store_) == model_.live());
  }

 private:
  std::unique_ptr<Store> open() { return Store::open({.folder = folder_.path("store"), .is_durable = false}); }

  // Prepares an epoch, and keeps or drops it, at times by the next start.
  void prepare() {
    StoreModel after = model_;
    store_->put(after.next(random_), false);
    check();
    if (random_() % 2 == 0) store_->fold();
    if (random_() % 2 == 0) {
      store_.reset();
      store_ = open();
      REQUIRE(store_->prepared() != nullptr);
    }
    check();
    if (random_() % 2 == 0) {
      store_->keep();
      model_ = after;
    } else {
      store_->drop();
    }
    check();
  }

  void discard() {
    const char* const node = random_() % 2 == 0 ? "sums" : "dedupe";
    store_->discard(node);
    model_.forget(node);
  }

  TemporaryFolder folder_;
  std::mt19937 random_;
  std::unique_ptr<Store> store_;
  StoreModel model_;
};

void walk(StoreModel::Shape shape, int steps) {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  Walk walk(seed, shape);
  for (int step = 0; step < steps; ++step) {
    walk.step();
    if (step % 10 == 0) walk.check();
  }
  walk.check();
}

}  // namespace

TEST_CASE("a store behaves like a map, with small changes") { walk({.changes = 20, .groups = 30}, 200); }

TEST_CASE("a store behaves like a map, with many groups") { walk({.changes = 400, .groups = 3000}, 60); }

// Each epoch is half a fold.
TEST_CASE("a store behaves like a map, with so large states that it always folds") {
  walk({.changes = 100, .groups = 200, .bytes = 8000}, 400);
}
