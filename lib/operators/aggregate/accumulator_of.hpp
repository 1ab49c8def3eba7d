#pragma once

#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "operators/aggregate/accumulator.hpp"

namespace flowrun {

/// What is true of the states of an accumulator (as in Accumulator).
struct Traits {
  bool merges_exactly = true;
  bool stays_small = true;
};

/// An accumulator whose state is a struct with `add(const Sample&)`, `merge(State&& later)`, `result(Arena&)`,
/// `encode(std::string&)`, `decode(Reader&)` and `owned_bytes()`.
template <class State, Traits traits = Traits{}>
class AccumulatorOf : public Accumulator {
 public:
  static_assert(alignof(State) <= 8);

  std::size_t size() const override { return sizeof(State); }
  void create(void* state) const override { ::new (state) State(); }
  void destroy(void* state) const override { of(state).~State(); }
  void copy(const void* from, void* state) const override {
    if constexpr (std::is_copy_constructible_v<State>) {
      ::new (state) State(of(from));
    } else {
      std::string encoded;
      of(from).encode(encoded);
      create(state);
      state::Reader reader(encoded);
      of(state).decode(reader);
    }
  }
  bool owns_memory() const override { return !std::is_trivially_destructible_v<State>; }
  void encode(const void* state, std::string& out) const override { of(state).encode(out); }
  void decode(state::Reader& reader, void* state) const override { of(state).decode(reader); }

  std::ptrdiff_t add(std::span<const Sample> samples, std::size_t offset) const override {
    std::size_t before = 0, after = 0;
    for (const Sample& sample : samples) {
      State& state = of(static_cast<char*>(sample.group) + offset);
      before += state.owned_bytes();
      state.add(sample);
      after += state.owned_bytes();
    }
    return static_cast<std::ptrdiff_t>(after - before);
  }
  void merge(void* state, void* later) const override { of(state).merge(std::move(of(later))); }
  Value result(const void* state, Arena& arena) const override { return of(state).result(arena); }
  std::size_t owned_bytes(const void* state) const override { return of(state).owned_bytes(); }
  bool merges_exactly() const override { return traits.merges_exactly; }
  bool stays_small() const override { return traits.stays_small; }

 protected:
  static State& of(char* state) { return *reinterpret_cast<State*>(state); }
  static State& of(void* state) { return *static_cast<State*>(state); }
  static const State& of(const void* state) { return *static_cast<const State*>(state); }
};

/// What a state has that owns no memory and is encoded as its bytes.
template <class State>
struct PlainState {
  void encode(std::string& out) const { state::put(static_cast<const State&>(*this), out); }
  void decode(state::Reader& reader) { static_cast<State&>(*this) = reader.take<State>(); }
  static constexpr std::size_t owned_bytes() { return 0; }
};

}  // namespace flowrun
