#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "state/store.hpp"

namespace flowrun::state {

/// A store that lasts as long as the object: for tests of flows, which stop jobs and go on with them in one process.
class MemoryStore final : public Store {
 public:
  std::uint64_t id() const override { return 1; }
  std::uint64_t seed() const override { return 0; }
  const EpochNotes* latest() const override { return notes_ ? &*notes_ : nullptr; }
  const EpochNotes* prepared() const override { return prepared_ ? &prepared_->notes : nullptr; }
  void load(const Visit& visit) override;
  void put(const Epoch& epoch, bool decided) override;
  void keep() override;
  void drop() override { prepared_.reset(); }
  void discard(const std::string& node) override;
  bool fold() override { return false; }

 private:
  using Key = std::tuple<std::string, std::string, Time, std::string>;  // node, state, pane, group
  struct Live {
    std::uint64_t hash = 0;
    std::string state;
  };
  void make(const StateChanges& changes);
  void close(const StateChanges& changes, Time pane);

  std::optional<EpochNotes> notes_;
  std::map<Key, Live> live_;
  std::optional<Epoch> prepared_;
};

}  // namespace flowrun::state
