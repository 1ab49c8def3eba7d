#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "record/arena.hpp"
#include "record/value.hpp"
#include "state/encoding.hpp"

namespace flowrun {

/// A value that is added to the state of a group.
struct Sample {
  void* group;  // the packed state
  Value value;
  Time time;            // of the record, or no_time
  const Value* record;  // the whole value of the record
};

/// One of the `values` of an aggregate: what it keeps of a group, packed with the others of the group, and what becomes
/// of it. Knows nothing of windows. Immutable; shared by all workers. States are aligned to 8.
class Accumulator {
 public:
  virtual ~Accumulator() = default;

  virtual std::size_t size() const = 0;
  virtual void create(void* state) const = 0;
  virtual void destroy(void* state) const = 0;
  /// A copy of `from` in raw memory.
  virtual void copy(const void* from, void* state) const = 0;
  /// States own something outside their `size()` bytes, at times.
  virtual bool owns_memory() const = 0;
  virtual void encode(const void* state, std::string& out) const = 0;
  /// Into a new state. What is wrong with the bytes the reader notes.
  virtual void decode(state::Reader& reader, void* state) const = 0;

  /// Adds samples in the order of their arrival to the states `offset` bytes into those of their groups; returns by how
  /// many bytes the memory that they own has grown.
  virtual std::ptrdiff_t add(std::span<const Sample> samples, std::size_t offset) const = 0;
  /// Adds what `later` has taken in, whose samples arrived after those of `state`; `later` can only be destroyed then.
  virtual void merge(void* state, void* later) const = 0;
  /// The value of the group, in `arena`.
  virtual Value result(const void* state, Arena& arena) const = 0;
  virtual std::size_t owned_bytes(const void* state) const = 0;

  /// Merging partial states gives what adding all samples to one gives, and is worth it: a state is small beside them.
  virtual bool merges_exactly() const { return true; }
  /// A state of many samples is about as large as one of a few, so that sums of panes may be kept beside the panes.
  virtual bool stays_small() const { return true; }
};

/// The name of a function and what it takes.
struct FunctionSpec {
  std::string_view name;
  std::size_t fewest_arguments;
  std::size_t most_arguments;
  bool numbers_only;  // null is skipped; any other value rejects the record
  bool reads_record;  // keeps the whole record
};

/// All functions but `fold`, in the order of the guide.
std::span<const FunctionSpec> aggregate_functions();
const FunctionSpec* find_function(std::string_view name);

/// The accumulator of a function; `counts_all`: of `count` without an argument. `q` is that of `quantile`.
std::unique_ptr<const Accumulator> make_accumulator(std::string_view function, bool counts_all, double q);

}  // namespace flowrun
