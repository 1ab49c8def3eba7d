#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

#include "base/time.hpp"
#include "component/operator.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// No record behind it is judged against less than `time`.
struct Watermark {
  Time time;
  bool is_idle = false;  // all that it goes by is silent: until the next one it holds back nobody who has other inputs
};

/// What becomes of a source's partition, in its place between the batches, for the steps that set event times. Does not
/// cross exchanges.
struct PartitionNews {
  enum class What : std::uint8_t {
    assigned,  // it will be read here
    silent,    // it has had nothing more for as long as its source waits
    heard,     // it has something again
    ended,
    quiet  // nobody says anything: all have been silent for `quiet` of running time
  };
  What what;
  std::shared_ptr<const PartitionName> partition;  // null for `quiet`
  Duration quiet = {};
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
using Control = std::variant<Watermark, Mark, End, PartitionNews>;

/// What travels between stages, in order. `input` is that of the node that receives it.
struct Item {
  std::variant<Batch, Watermark, Mark, End, PartitionNews, Tick> content;
  InputIndex input = 0;
};

inline Item to_item(const Control& control) {
  return std::visit([](const auto& signal) { return Item{signal, 0}; }, control);
}

}  // namespace flowrun
