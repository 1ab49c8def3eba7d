#pragma once

#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "record/group.hpp"
#include "state/store.hpp"

namespace flowrun::state {

/// What a store should hold, as plain maps; and random epochs that change it.
class StoreModel {
 public:
  /// Node, state, pane, group.
  using Place = std::tuple<std::string, std::string, std::int64_t, std::string>;
  using Live = std::map<Place, std::string>;

  /// How much an epoch changes: so many changes of each state, to some of so many groups, up to so many bytes each.
  struct Shape {
    int changes = 20;
    int groups = 30;
    int bytes = 40;
  };
  StoreModel(std::uint64_t seed, Shape shape) : seed_(seed), shape_(shape) {}

  const Live& live() const { return live_; }
  std::uint64_t next_epoch() const { return epochs_; }

  /// The next epoch, with its changes already made in the model: groups are touched or erased, and now and then a pane is
  /// closed by one of two workers.
  Epoch next(std::mt19937& random);
  void forget(const std::string& node);

 private:
  void change(std::mt19937& random, const std::string& state, StateChanges& changes);
  std::string random_state(std::mt19937& random) const;
  void close(std::int64_t pane, StateChanges& changes);

  std::uint64_t seed_;
  Shape shape_;
  std::uint64_t epochs_ = 0;
  Live live_;
};

/// The live state as `load` tells it.
StoreModel::Live loaded(Store& store);

/// Notes that hold something of everything, different for each epoch.
EpochNotes notes_of(std::uint64_t epoch);
std::string text_of(const EpochNotes& notes);

}  // namespace flowrun::state
