#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <vector>
#include <zlib.h>

#include "connectors/compression.hpp"

namespace flowrun {
namespace {

constexpr int gzip_window = MAX_WBITS + 16;  // 16 more: gzip's header and checksum instead of zlib's
constexpr std::size_t room_bytes = 64 * 1024;

uInt bounded(std::size_t bytes) {
  return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() {
    if (inflateInit2(&stream_, gzip_window) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecompressor() override { inflateEnd(&stream_); }

  Step run(std::span<const char> input, std::span<char> output) override {
    Step step;
    // Once without input too: what has been read may have more to say than there was room for.
    do {
      if (between_members_ && step.read == input.size()) break;
      if (between_members_ && input[step.read] == '\0')
        padded_ = true, ++step.read;  // padding behind the last member, as tapes and some tools leave it
      else if (padded_ || (between_members_ && input[step.read] != '\x1f'))
        step.error = "there are bytes behind the end of the gzip stream";
      else
        inflate_some(input.subspan(step.read), output.subspan(step.written), step);
    } while (step.error == nullptr && step.read < input.size() && step.written < output.size());
    return step;
  }
  bool is_complete() const override { return between_members_; }

 private:
  void inflate_some(std::span<const char> input, std::span<char> output, Step& step) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = bounded(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = bounded(output.size());
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    step.read += static_cast<std::size_t>(stream_.next_in - reinterpret_cast<const Bytef*>(input.data()));
    step.written += static_cast<std::size_t>(stream_.next_out - reinterpret_cast<const Bytef*>(output.data()));
    between_members_ = outcome == Z_STREAM_END;
    if (outcome == Z_STREAM_END)
      inflateReset(&stream_);
    else if (outcome == Z_MEM_ERROR)
      throw std::bad_alloc();
    else if (outcome != Z_OK && outcome != Z_BUF_ERROR)
      step.error = stream_.msg != nullptr ? stream_.msg : "the gzip stream is damaged";
  }

  z_stream stream_{};
  bool between_members_ = false;
  bool padded_ = false;
};

class GzipCompressor final : public Compressor {
 public:
  GzipCompressor() {
    constexpr int memory_level = 8;  // zlib's own default
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) !=
        Z_OK)
      throw std::bad_alloc();
  }
  ~GzipCompressor() override { deflateEnd(&stream_); }

  void write(std::string_view bytes, std::string& out) override {
    while (!bytes.empty()) {
      const uInt part = bounded(bytes.size());
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream_.avail_in = part;
      deflate_all(Z_NO_FLUSH, out);
      bytes.remove_prefix(part);
      open_ = true;
    }
  }
  void end_frame(std::string& out) override {
    if (!open_) return;
    deflate_all(Z_FINISH, out);
    deflateReset(&stream_);
    open_ = false;
  }

 private:
  void deflate_all(int flush, std::string& out) {
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(room_.data());
      stream_.avail_out = room_bytes;
      deflate(&stream_, flush);
      out.append(room_.data(), room_bytes - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  std::vector<char> room_ = std::vector<char>(room_bytes);
  z_stream stream_{};
  bool open_ = false;
};

}  // namespace

std::unique_ptr<Decompressor> make_gzip_decompressor() { return std::make_unique<GzipDecompressor>(); }
std::unique_ptr<Compressor> make_gzip_compressor() { return std::make_unique<GzipCompressor>(); }

}  // namespace flowrun
