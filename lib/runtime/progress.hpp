#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "record/batch.hpp"

namespace flowrun {

// What a task knows of its inputs, and a job of its epochs: plain data, without threads, time or I/O.

/// The watermarks of the channels that meet in one place, and their minimum. Neither moves back.
class InputWatermarks {
 public:
  /// The minimum begins at `reached`.
  explicit InputWatermarks(std::size_t inputs, Time reached = beginning_of_time) : inputs_(inputs), minimum_(reached) {}

  /// What records of any input are judged against. Stays where it was when the last input has ended.
  Time minimum() const { return minimum_; }

  /// All inputs that have not ended are idle.
  bool is_idle() const;

  /// The watermark of `input` has come to `time`. An idle input holds back nobody as long as another one is not; when all
  /// are, the minimum waits until one of those that it does not lag behind goes on. True: the minimum has risen, or they
  /// are all idle now, or no longer.
  bool advance(std::size_t input, Time time, bool is_idle = false);
  /// `input` has ended, so it holds nobody back. True as above.
  bool end(std::size_t input);

  /// Turns the runs of a batch that came from `input`, with the sender's watermarks, into runs with the minimum over all
  /// inputs between these records, and advances as the records do.
  void judge(std::size_t input, Batch& batch);

 private:
  struct Input {
    Time watermark = beginning_of_time;
    bool is_idle = false;
    bool has_ended = false;
  };
  /// Of those that hold the minimum back, but `one`; end_of_time: none does.
  Time lowest_but(const Input* one) const;
  bool rise();

  std::vector<Input> inputs_;
  Time minimum_;
};

/// Lets a mark pass when it has come on all inputs; an input that is ahead is held back until then. Marks come on each
/// input in the order of their epochs, also after the input's end.
class MarkAlignment {
 public:
  explicit MarkAlignment(std::size_t inputs) : held_(inputs, false) {}

  /// Nothing may be taken from `input`: its mark has come, that of others not yet.
  bool holds_back(std::size_t input) const { return held_[input]; }
  /// The next mark has come on `input`. True: it was the last, the mark may pass, and no input is held back any more.
  bool arrive(std::size_t input);

 private:
  std::vector<bool> held_;
  std::size_t arrived_ = 0;
};

/// Where the epochs of a job stand: each is issued, cut (all tasks have passed its mark) and settled (durable and
/// committed), in order. At most one is being cut, and one settled, at a time.
class EpochProgress {
 public:
  /// `settled`: the epoch that the job goes on from.
  EpochProgress(std::size_t tasks, std::uint64_t settled)
      : tasks_(tasks), issued_(settled), cut_(settled), settled_(settled) {}

  bool may_issue() const { return issued_ == cut_ && cut_ <= settled_ + 1; }
  /// The epoch whose mark all sources issue next.
  std::uint64_t issue() { return ++issued_; }
  /// A task has passed the mark of the issued epoch. True: it was the last, so the epoch is cut.
  bool pass();
  void settle() { ++settled_; }

  std::uint64_t issued() const { return issued_; }
  std::uint64_t cut() const { return cut_; }
  std::uint64_t settled() const { return settled_; }

 private:
  std::size_t tasks_;
  std::size_t passed_ = 0;
  std::uint64_t issued_;
  std::uint64_t cut_;
  std::uint64_t settled_;
};

}  // namespace flowrun
