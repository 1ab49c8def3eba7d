#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "state/epoch.hpp"

namespace flowrun::state {

/// The epochs of one job, in a folder: what the next start goes on from. Every call leaves the store either as it was or
/// as it should be, whatever happens meanwhile to the process or the machine. One thread at a time.
///
/// Damage is never passed over: what cannot be trusted throws Failure with exit 10 that names the folder, the place and
/// what was found there.
class Store {
 public:
  struct Options {
    std::string folder;
    bool is_durable = true;  // false: for tests, which survive the process alone
  };
  /// Opens the store, or makes it where the folder is not there or is empty. Throws Failure: exit 11 where another job
  /// holds it, exit 10 where it is none, is of another version, damaged, or cannot be used.
  static std::unique_ptr<Store> open(const Options& options);
  virtual ~Store() = default;

  /// Drawn when the store was made: names it in the markers of transactional sinks.
  virtual std::uint64_t id() const = 0;
  /// Of the groups' hashes, drawn when the store was made.
  virtual std::uint64_t seed() const = 0;

  /// Of the latest epoch that counts; null before the first.
  virtual const EpochNotes* latest() const = 0;
  /// Of an epoch that was prepared and on which nobody has decided; null where there is none. The store takes no other
  /// until it is kept or dropped.
  virtual const EpochNotes* prepared() const = 0;

  /// The live state as of the latest epoch, in one sequential pass: changes that make it when they are applied in this
  /// order. The closing of a pane is none of them; what it made void is left out. Views are valid during the call.
  using Visit = std::function<void(const std::string& node, const std::string& state, const Change& change)>;
  virtual void load(const Visit& visit) = 0;

  /// Stores an epoch in one durable transaction. With `decided` it counts at once; without it is prepared until `keep` or
  /// `drop`. Its number is that of the latest and one, or 0 in a store without any. Disk full: Failure with exit 7, and the
  /// store is as before.
  virtual void put(const Epoch& epoch, bool decided) = 0;
  /// The prepared epoch counts from now on. Durable with the next transaction.
  virtual void keep() = 0;
  /// The prepared epoch never was.
  virtual void drop() = 0;

  /// Forgets the state of a node.
  virtual void discard(const std::string& node) = 0;

  /// Folds some of the older changes into the snapshot, in at most about 5 ms. False: there is nothing to fold.
  virtual bool fold() = 0;
};

/// What is in a store, for a look from outside: also while a job runs on it. Reads one epoch, that of the moment it was
/// opened. Throws as Store does, but for exit 11. Not in a process that has the store open itself.
class StoreView {
 public:
  static std::unique_ptr<StoreView> open(const std::string& folder);
  virtual ~StoreView() = default;

  struct StateSize {
    std::string node;
    std::string state;
    std::uint64_t groups = 0;
    std::uint64_t bytes = 0;  // of groups and their states, as stored
  };
  struct Size {
    std::uint64_t snapshot_bytes = 0;
    std::uint64_t change_bytes = 0;  // of epochs that have not been folded
    std::uint64_t file_bytes = 0;
    std::vector<StateSize> states;
  };

  virtual std::uint64_t id() const = 0;
  virtual const EpochNotes* latest() const = 0;
  virtual const EpochNotes* prepared() const = 0;
  /// The epochs whose changes are not folded yet, the first and the last; none: both 0.
  virtual std::pair<std::uint64_t, std::uint64_t> unfolded() const = 0;
  /// Goes through all that is stored: every checksum is looked at.
  virtual Size measure() = 0;
  /// The live state of one node: each group of each of its states once, with its latest state; of paned states once per
  /// pane. In jq's order of the groups' bytes.
  virtual void each(const std::string& node, const Store::Visit& visit) = 0;
  /// A consistent copy into a folder that is not there or is empty.
  virtual void copy_to(const std::string& folder) = 0;
};

}  // namespace flowrun::state
