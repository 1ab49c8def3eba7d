#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace reference {

[[noreturn]] inline void stop(const char* why) {
  std::perror(why);
  std::exit(1);
}

/// The lines of a file, through a buffer that begins at a cache line; at least 64 bytes behind a line may be read.
class LineFile {
 public:
  explicit LineFile(const char* path) : descriptor_(::open(path, O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) stop(path);
  }
  ~LineFile() {
    ::close(descriptor_);
    std::free(buffer_);
  }
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// Calls `take` with each line, without its newline.
  template <class Take>
  void each(Take take) {
    while (fill()) {
      const char* newline;
      while ((newline = static_cast<const char*>(std::memchr(buffer_ + start_, '\n', end_ - start_))) != nullptr) {
        const char* const line = buffer_ + start_;
        take(std::string_view(line, static_cast<std::size_t>(newline - line)));
        start_ = static_cast<std::size_t>(newline - buffer_) + 1;
      }
    }
    if (start_ < end_) take(std::string_view(buffer_ + start_, end_ - start_));
  }

 private:
  static constexpr std::size_t padding = 64;

  // Moves what is left of a line to the front and reads on behind it; false at the end of the file.
  bool fill() {
    if (start_ == 0 && end_ == capacity_) grow();
    std::memmove(buffer_, buffer_ + start_, end_ - start_);
    end_ -= start_;
    start_ = 0;
    const ssize_t bytes = ::read(descriptor_, buffer_ + end_, capacity_ - end_);
    if (bytes < 0) stop("read");
    end_ += static_cast<std::size_t>(bytes);
    return bytes > 0;
  }
  void grow() {
    const std::size_t larger = capacity_ == 0 ? 128 * 1024 : 2 * capacity_;
    auto* const memory = static_cast<char*>(std::aligned_alloc(64, larger + padding));
    if (memory == nullptr) stop("memory");
    if (buffer_ != nullptr) std::memcpy(memory, buffer_, end_);
    std::free(buffer_);
    buffer_ = memory;
    capacity_ = larger;
  }

  int descriptor_;
  char* buffer_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
};

/// Standard output in large blocks.
class Output {
 public:
  ~Output() { flush(); }
  std::string& text() { return text_; }
  void flush_if_large() {
    if (text_.size() >= 128 * 1024) flush();
  }

 private:
  void flush() {
    const char* next = text_.data();
    const char* const end = next + text_.size();
    while (next < end) {
      const ssize_t bytes = ::write(STDOUT_FILENO, next, static_cast<std::size_t>(end - next));
      if (bytes < 0) stop("write");
      next += bytes;
    }
    text_.clear();
  }

  std::string text_;
};

}  // namespace reference
