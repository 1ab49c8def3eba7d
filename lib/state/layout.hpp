#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace flowrun::state {

/// How the state of one group lies in memory and how it is stored. The size is fixed when the plan is made, so that the
/// accumulators of a step can be packed; what grows (a list, a sketch) is owned through pointers in it. Immutable;
/// shared by all workers. Addresses that it is given are aligned to 8.
class Layout {
 public:
  virtual ~Layout() = default;

  /// Bytes of one state, the same for every group.
  virtual std::size_t size() const = 0;
  /// Makes the state of a new group in `size()` bytes of raw memory.
  virtual void create(void* state) const = 0;
  virtual void destroy(void* state) const = 0;

  /// Appends all that `decode` needs. The format is the layout's own and may be stored.
  virtual void encode(const void* state, std::string& out) const = 0;
  /// Into a state that has just been created. An error: the bytes are none that `encode` made; the state must then be
  /// destroyed.
  virtual Status decode(std::string_view bytes, void* state) const = 0;

  /// Adds what `later` has taken in to `state`, of whose records those of `later` arrived after. Takes from `later`
  /// what it can; that can only be destroyed then.
  virtual void merge(void* state, void* later) const = 0;

  /// A copy of `from` in raw memory.
  virtual void copy(const void* from, void* state) const;

  /// States may own something outside their `size()` bytes; where none does, `destroy` has nothing to do.
  virtual bool owns_memory() const { return true; }
  /// Memory that the state owns outside its `size()` bytes; an estimate that grows with it.
  virtual std::size_t owned_bytes(const void* state) const {
    static_cast<void>(state);
    return 0;
  }
};

}  // namespace flowrun::state
