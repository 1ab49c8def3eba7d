#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "component/operator.hpp"
#include "component/source.hpp"

namespace flowrun {

/// The way from the sinks of one resource to its Writer on the I/O thread. Made by the runtime; thread-safe.
class BlockQueue {
 public:
  virtual ~BlockQueue() = default;
  /// A block can be put without exceeding the bound of the queue. When it is false, the sink's worker is woken later.
  virtual bool has_room() = 0;
  /// Puts a block of whole records; blocks of one worker are written in order. Always accepts.
  virtual void put(std::string block) = 0;
  /// An empty string, with the capacity of a block that has been written where there is one.
  virtual std::string recycled() = 0;
};

/// Takes records out of the flow: encodes into memory, never blocks. One per worker.
class Sink {
 public:
  virtual ~Sink() = default;
  /// As Operator::process. `rejected`: has the errors output alone.
  virtual Progress write(Batch& batch, Output& rejected) = 0;
  /// Nothing more comes right now: hands on what is encoded. `more`: the queue is full.
  virtual Progress flush() = 0;
  /// The mark of an epoch has come: hands on all before it. Cheap. `more` as for flush.
  virtual Progress seal(std::uint64_t epoch) {
    static_cast<void>(epoch);
    return flush();
  }
};

/// Writes the blocks of one resource. On the I/O thread, so it may block. Failures throw Failure.
class Writer {
 public:
  virtual ~Writer() = default;
  /// Before any worker runs; nothing is created or truncated before every writer of the plan was checked.
  /// `resume` as for `open`. Throws Failure (exit 6).
  virtual void check(const Position* resume) { static_cast<void>(resume); }
  virtual void open(const Position* resume) = 0;
  virtual void write(std::string_view block) = 0;
  /// From another thread, while `write` may be waiting for a reader: it gives up at once, and so does every later call.
  virtual void interrupt() {}
  /// Writes and fsyncs all that was taken; the position that the epoch's checkpoint notes. Only where epochs are stored.
  virtual Position make_durable(std::uint64_t epoch) = 0;
  /// Idempotent: after a crash between the store's commit and this, the restart commits the epoch again.
  virtual void commit(std::uint64_t epoch) { static_cast<void>(epoch); }
  virtual void abort() {}
  /// The end of a run that went well.
  virtual void close() {}
  /// The reader has gone away (EPIPE): the job ends quietly.
  virtual bool reader_gone() const { return false; }
};

}  // namespace flowrun
