#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "base/time.hpp"
#include "component/operator.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// No record behind it is judged against less than `time`.
struct Watermark {
  Time time;
};

/// Cuts the stream: what is before it belongs to `epoch` or an earlier one, what is behind it to later ones.
struct Mark {
  std::uint64_t epoch;
};

/// No record and no watermark follow, but marks still do.
struct End {};

/// The wall clock has come to a timer of the step itself; never travels.
struct Tick {
  Time now;
};

/// What is handed on at once irrespective of room, in its order between the batches.
using Control = std::variant<Watermark, Mark, End>;

/// What travels between stages, in order. `input` is that of the node that receives it.
struct Item {
  std::variant<Batch, Watermark, Mark, End, Tick> content;
  InputIndex input = 0;
};

inline Item to_item(const Control& control) {
  return std::visit([](const auto& signal) { return Item{signal, 0}; }, control);
}

}  // namespace flowrun
