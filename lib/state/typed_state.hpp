#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "state/keyed_states.hpp"

namespace flowrun::state {

/// The layout of a type whose size is known when flowrun is built. `T` has `void encode(std::string&) const`,
/// `bool decode(std::string_view)` and `void merge(T&& later)`, perhaps
/// `std::size_t owned_bytes() const`, and is aligned to 8 at most.
template <class T>
class LayoutOf final : public Layout {
 public:
  static_assert(alignof(T) <= 8);

  std::size_t size() const override { return sizeof(T); }
  void create(void* state) const override { ::new (state) T(); }
  void destroy(void* state) const override { static_cast<T*>(state)->~T(); }
  void encode(const void* state, std::string& out) const override { static_cast<const T*>(state)->encode(out); }
  Status decode(std::string_view bytes, void* state) const override {
    if (!static_cast<T*>(state)->decode(bytes)) return Error{"damaged state"};
    return success();
  }
  void merge(void* state, void* later) const override {
    static_cast<T*>(state)->merge(std::move(*static_cast<T*>(later)));
  }
  std::size_t owned_bytes(const void* state) const override {
    if constexpr (requires(const T& typed) { typed.owned_bytes(); })
      return static_cast<const T*>(state)->owned_bytes();
    else
      return 0;
  }
};

/// Keyed state of one type: a thin wrapper for steps whose state is a struct.
template <class T>
class TypedState {
 public:
  TypedState(KeyedStates& states, std::string name)
      : state_(states.open(std::move(name), std::make_shared<LayoutOf<T>>())) {}

  /// Null where the group has none.
  T* find(const Group& group) const {
    KeyedState::Entry* const entry = state_.find(group);
    return entry != nullptr ? static_cast<T*>(entry->state()) : nullptr;
  }
  /// The group's state, made where it has none, and noted as changed.
  T& change(const Group& group) {
    KeyedState::Entry& entry = state_.find_or_create(group);
    state_.touch(entry);
    return *static_cast<T*>(entry.state());
  }
  void erase(const Group& group) {
    if (KeyedState::Entry* const entry = state_.find(group); entry != nullptr) state_.erase(*entry);
  }
  KeyedState& keyed() { return state_; }

 private:
  KeyedState& state_;
};

}  // namespace flowrun::state
