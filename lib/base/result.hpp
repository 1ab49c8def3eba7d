#pragma once

#include <string>
#include <utility>
#include <variant>

namespace flowrun {

/// An expected failure: what was found and what was expected, for a person to read. No trailing newline.
struct Error {
  std::string message;
};

/// Either a value or the reason why there is none. Expected failures travel in this; what ends a run is thrown as
/// Failure.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : outcome_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : outcome_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return outcome_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return std::get<0>(outcome_); }
  const T& value() const { return std::get<0>(outcome_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  E& error() { return std::get<1>(outcome_); }
  const E& error() const { return std::get<1>(outcome_); }

 private:
  std::variant<T, E> outcome_;
};

struct Unit {};

/// Success without a value, or an error.
using Status = Result<Unit>;
inline Status success() { return Unit{}; }

}  // namespace flowrun
