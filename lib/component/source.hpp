#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "record/batch.hpp"

namespace flowrun {

/// A source's own note of where the next record begins, as it goes into the store.
using Position = std::string;

/// Ordered records of one file, pipe or topic partition. Never blocks (but for the disk). On one worker's thread.
class Partition {
 public:
  enum class Read { more, caught_up, end };
  virtual ~Partition() = default;

  /// Fills `batch`, which is empty, with at most `most_records` records, or with blocks of undecoded bytes: rows
  /// whose `raw` holds whole records as the codec's Framer cut them, with their number as an integer value (a rate and the
  /// counts go by it), `place`, JsonReader::padding readable bytes behind and their memory kept. A row whose value is text is a record that could not be read: the
  /// text says why, `raw` its beginning; the decoder rejects it. The batch also gets its partition: the name that was
  /// opened, or that of the file at hand where one partition reads several in order. `more`: look at the batch, which
  /// may be empty, and ask again. `caught_up`: nothing more right now, ask again after `wake_fd` is readable; with it
  /// and with `end` the batch is empty. A vanished or unreadable resource throws Failure.
  virtual Read read(Batch& batch, std::size_t most_records) = 0;

  /// Of the first record that `read` has not given yet.
  virtual Position position() const = 0;
};

/// Where records come from. Each worker has its own; `discover` is called on one of them, before any worker runs.
class Source {
 public:
  virtual ~Source() = default;

  /// All partitions there are, in the order of their names. Throws Failure (exit 6) where the source cannot be opened.
  virtual std::vector<std::shared_ptr<const PartitionName>> discover() = 0;

  /// Opens a partition, at `resume` where there is one, else where the source's options say. Throws Failure (exit 6).
  virtual std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position* resume) = 0;

  /// A descriptor that is readable when a partition that was caught up has more; -1: none, so caught up means ended.
  virtual int wake_fd() const { return -1; }

  /// `wake_fd` was readable, and all partitions are asked again: what made it so can be taken from it.
  virtual void woken() {}

  /// All up to the marks of `epoch` is durable.
  virtual void acknowledge(std::uint64_t epoch) { static_cast<void>(epoch); }
};

}  // namespace flowrun
