#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/time.hpp"
#include "operators/aggregate/accumulator.hpp"
#include "state/layout.hpp"

namespace flowrun {

/// What stands at the front of a group's packed state.
struct GroupHeader {
  Time latest = no_time;         // event time of its latest record
  Time waiting_since = no_time;  // where the clock stood at its first change that is not emitted; no_time: none
};

/// The packed state of a group: a header and the states of all accumulators, one behind the other.
class GroupLayout final : public state::Layout {
 public:
  explicit GroupLayout(std::vector<std::shared_ptr<const Accumulator>> accumulators);

  static GroupHeader& header(void* state) { return *static_cast<GroupHeader*>(state); }
  std::size_t offset(std::size_t index) const { return offsets_[index]; }
  void* part(void* state, std::size_t index) const { return static_cast<char*>(state) + offsets_[index]; }
  const void* part(const void* state, std::size_t index) const {
    return static_cast<const char*>(state) + offsets_[index];
  }

  std::size_t size() const override { return size_; }
  void create(void* state) const override;
  void destroy(void* state) const override;
  void copy(const void* from, void* state) const override;
  bool owns_memory() const override { return owns_memory_; }
  void encode(const void* state, std::string& out) const override;
  Status decode(std::string_view bytes, void* state) const override;
  void merge(void* state, void* later) const override;
  std::size_t owned_bytes(const void* state) const override;

 private:
  std::vector<std::shared_ptr<const Accumulator>> accumulators_;
  std::vector<std::size_t> offsets_;
  std::size_t size_;
  bool owns_memory_;
};

}  // namespace flowrun
