#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace flowrun {

enum class Compression { none, gzip, zstd };

/// By its first bytes; four are enough.
Compression compression_of(std::string_view first_bytes);
Compression compression_named(std::string_view name);
std::string_view name(Compression compression);

/// Reads one compressed stream: any number of gzip members or zstd frames, one behind the other.
class Decompressor {
 public:
  virtual ~Decompressor() = default;

  struct Step {
    std::size_t read = 0;
    std::size_t written = 0;
    const char* error = nullptr;  // what is wrong with the bytes
  };
  /// Goes on as far as both input and output allow.
  virtual Step run(std::span<const char> input, std::span<char> output) = 0;
  /// The input may end here: nothing is unfinished.
  virtual bool is_complete() const = 0;
};
std::unique_ptr<Decompressor> make_decompressor(Compression compression);

/// Writes one compressed stream.
class Compressor {
 public:
  virtual ~Compressor() = default;
  /// Takes `bytes`; appends to `out` what is ready.
  virtual void write(std::string_view bytes, std::string& out) = 0;
  /// Ends the member or frame, where one is open: all that was taken can be read back from `out`.
  virtual void end_frame(std::string& out) = 0;
};
std::unique_ptr<Compressor> make_compressor(Compression compression);

// One pair per library, each wrapped in a file of its own.
std::unique_ptr<Decompressor> make_gzip_decompressor();
std::unique_ptr<Compressor> make_gzip_compressor();
std::unique_ptr<Decompressor> make_zstd_decompressor();
std::unique_ptr<Compressor> make_zstd_compressor();

}  // namespace flowrun
