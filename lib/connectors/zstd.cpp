#include <new>
#include <vector>
#include <zstd.h>

#include "connectors/compression.hpp"

namespace flowrun {
namespace {

class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() {
    if (context_ == nullptr) throw std::bad_alloc();
  }

  Step run(std::span<const char> input, std::span<char> output) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    Step step;
    if (between_frames_ && input.empty()) return step;  // a call would ask for the next frame
    // Once without input too: what has been read may have more to say than there was room for.
    do {
      const std::size_t outcome = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(outcome)) step.error = ZSTD_getErrorName(outcome);
      between_frames_ = outcome == 0;
    } while (step.error == nullptr && in.pos < in.size && out.pos < out.size);
    step.read = in.pos;
    step.written = out.pos;
    return step;
  }
  bool is_complete() const override { return between_frames_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  bool between_frames_ = false;
};

class ZstdCompressor final : public Compressor {
 public:
  ZstdCompressor() {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  void write(std::string_view bytes, std::string& out) override {
    if (bytes.empty()) return;
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) compress(in, ZSTD_e_continue, out);
    open_ = true;
  }
  void end_frame(std::string& out) override {
    if (!open_) return;
    ZSTD_inBuffer none{nullptr, 0, 0};
    while (compress(none, ZSTD_e_end, out) != 0) {
    }
    open_ = false;
  }

 private:
  // How much is left to be said.
  std::size_t compress(ZSTD_inBuffer& in, ZSTD_EndDirective directive, std::string& out) {
    ZSTD_outBuffer room{room_.data(), room_.size(), 0};
    const std::size_t left = ZSTD_compressStream2(context_.get(), &room, &in, directive);
    if (ZSTD_isError(left)) throw std::bad_alloc();  // its only error with valid arguments
    out.append(room_.data(), room.pos);
    return left;
  }

  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::vector<char> room_ = std::vector<char>(ZSTD_CStreamOutSize());
  std::unique_ptr<ZSTD_CCtx, Free> context_{ZSTD_createCCtx()};
  bool open_ = false;
};

}  // namespace

std::unique_ptr<Decompressor> make_zstd_decompressor() { return std::make_unique<ZstdDecompressor>(); }
std::unique_ptr<Compressor> make_zstd_compressor() { return std::make_unique<ZstdCompressor>(); }

}  // namespace flowrun
