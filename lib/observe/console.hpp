#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace flowrun {

/// Where whole lines for people go, with a live line below them: standard error. On a terminal the live line is drawn over
/// the one before; elsewhere each is a line like others. Thread-safe. What cannot be written is lost.
class Console {
 public:
  explicit Console(int descriptor);

  /// A line with its newline, in one write, so that it does not mix with those of others.
  void write(std::string_view line);
  /// Replaces the live line; empty: takes it away.
  void show(std::string_view line);

  bool is_terminal() const { return is_terminal_; }

 private:
  std::string drawn(std::string_view line) const;

  int descriptor_;
  bool is_terminal_;
  std::mutex mutex_;
  std::string live_;
};

}  // namespace flowrun
