#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "record/batch.hpp"
#include "state/entry_pool.hpp"
#include "state/group_table.hpp"
#include "state/layout.hpp"

namespace flowrun::state {

/// A change of a group's state, for the store: its new encoded state, or that it is gone; or that a whole pane is.
struct Change {
  std::string_view group;
  std::uint64_t hash;
  bool erased;
  std::string_view state;    // empty where erased
  Time pane = no_time;       // where the state of groups is kept by pane
  bool pane_closed = false;  // all groups of the pane are gone, so it names none
};

class ChangeLog;

/// States of groups, found by the canonical bytes of the group and their hash, which is computed by the caller, once.
/// A flat table of hashes leads to entries that hold state and group side by side, so that a lookup touches two lines
/// of memory. What changes is listed as it changes, never found by scanning. On one worker's thread.
class KeyedState {
 public:
  /// Of one group; its address does not change until it is erased.
  class Entry;

  KeyedState(std::string name, std::shared_ptr<const Layout> layout);
  ~KeyedState();
  KeyedState(const KeyedState&) = delete;
  KeyedState& operator=(const KeyedState&) = delete;

  const std::string& name() const { return name_; }
  const Layout& layout() const { return *layout_; }

  /// Null where the group has no state.
  Entry* find(const Group& group) const;
  Entry& find_or_create(const Group& group);
  /// The same for many groups: `sought(i)` is the i-th of `count`, and `take(i, entry)` gets its entry. What is needed of
  /// the groups to come is loaded meanwhile.
  template <class Sought, class Take>
  void find_or_create_all(std::size_t count, Sought&& sought, Take&& take);
  /// The same, but none is made: `take(i, entry)` gets null where the group has no state.
  template <class Sought, class Take>
  void find_all(std::size_t count, Sought&& sought, Take&& take);
  void erase(Entry& entry);
  /// Begin to load what a group's state is found through, and what is probably its state, once that has come.
  void prefetch_slot(std::uint64_t hash) const { table_.prefetch_slot(hash); }
  void prefetch_entry(std::uint64_t hash) const { table_.prefetch_entry(hash); }
  /// The canonical bytes of the entry's group; live as long as the entry.
  std::string_view group(const Entry& entry) const;
  /// Forgets all groups; where changes are tracked, as if each had been erased.
  void clear();

  std::size_t size() const { return table_.size(); }
  /// Of the table, the entries and what their states own (as far as `grow` was told).
  std::size_t bytes() const;
  /// The memory that states own has changed by `bytes`; who erases a state tells of what it owned, too.
  void grow(std::ptrdiff_t bytes) { owned_bytes_ += static_cast<std::size_t>(bytes); }

  /// Each entry, in no order.
  template <class Visit>
  void each(Visit&& visit) const {
    table_.each(visit);
  }
  /// All entries, in no order. Valid until one is created or erased.
  std::vector<Entry*> entries() const;
  /// All entries in jq's order of their groups.
  std::vector<Entry*> sorted_entries() const;

  /// From now on `touch` and `erase` list what changes. Off until a store asks for changes.
  void track_changes() { tracking_ = true; }
  /// The entry's state has changed, or is about to.
  void touch(Entry& entry) {
    if (tracking_) list_as_changed(entry);
  }
  /// Appends what changed since the last call: first the groups that were erased, then those that have a new state, each
  /// with its latest; where the state is kept by pane, as of that.
  void take_changes(ChangeLog& log, Time pane = no_time);
  /// Forgets a group, with the memory that its state owns.
  void forget(Entry& entry);
  /// Sets the state of a group as stored. An error: the bytes are damaged.
  Status restore(const Group& group, std::string_view state);

 private:
  struct Erased {
    std::string group;
    std::uint64_t hash;
  };
  template <class Sought>
  void prefetch(std::size_t index, std::size_t count, Sought&& sought) const;
  [[gnu::noinline]] Entry& create(const Group& group);
  std::size_t entry_bytes(std::size_t group_bytes) const;
  void destroy(Entry& entry);
  void list_as_changed(Entry& entry);
  void list_as_erased(const Entry& entry);

  std::string name_;
  std::shared_ptr<const Layout> layout_;
  std::size_t state_bytes_;
  GroupTable<Entry> table_;
  EntryPool pool_;
  bool has_large_entries_ = false;  // which the pool does not keep
  std::size_t owned_bytes_ = 0;
  bool tracking_ = false;
  std::vector<Entry*> changed_;  // null where the entry was erased later
  std::vector<Erased> erased_;
};

/// Header, state and group lie one behind the other.
class KeyedState::Entry {
 public:
  void* state() { return this + 1; }
  const void* state() const { return this + 1; }
  std::uint64_t hash() const { return hash_; }

 private:
  friend class KeyedState;
  Entry(std::uint64_t hash, std::size_t group_bytes)
      : hash_(hash), group_bytes_(static_cast<std::uint32_t>(group_bytes)) {}

  std::uint64_t hash_;
  std::uint32_t group_bytes_;
  std::uint32_t change_ = 0;  // one more than its place in changed_; 0: not listed
};

template <class Sought, class Take>
void KeyedState::find_or_create_all(std::size_t count, Sought&& sought, Take&& take) {
  for (std::size_t index = 0; index < count; ++index) {
    prefetch(index, count, sought);
    take(index, find_or_create(sought(index)));
  }
}

template <class Sought, class Take>
void KeyedState::find_all(std::size_t count, Sought&& sought, Take&& take) {
  for (std::size_t index = 0; index < count; ++index) {
    prefetch(index, count, sought);
    take(index, find(sought(index)));
  }
}

template <class Sought>
void KeyedState::prefetch(std::size_t index, std::size_t count, Sought&& sought) const {
  constexpr std::size_t slot_ahead = 16, entry_ahead = 8;
  if (index + slot_ahead < count) table_.prefetch_slot(sought(index + slot_ahead).hash);
  if (index + entry_ahead < count) table_.prefetch_entry(sought(index + entry_ahead).hash);
}

inline std::string_view KeyedState::group(const Entry& entry) const {
  return {static_cast<const char*>(entry.state()) + state_bytes_, entry.group_bytes_};
}

}  // namespace flowrun::state
