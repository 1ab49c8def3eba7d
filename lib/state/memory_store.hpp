#pragma once

#include <cstdint>
#include <optional>
#include <vector>

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
  std::optional<EpochNotes> notes_;
  std::vector<StateChanges> changes_;  // of all epochs, in order
  std::optional<Epoch> prepared_;
};

}  // namespace flowrun::state
