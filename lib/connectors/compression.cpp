#include "connectors/compression.hpp"

#include <cassert>

namespace flowrun {

Compression compression_of(std::string_view first_bytes) {
  using namespace std::string_view_literals;
  if (first_bytes.starts_with("\x1f\x8b\x08"sv)) return Compression::gzip;
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::zstd;
  // A frame that is to be skipped, as parallel compressors put before the first.
  if (first_bytes.size() >= 4 && (first_bytes[0] & 0xF0) == 0x50 && first_bytes.substr(1).starts_with("\x2a\x4d\x18"sv))
    return Compression::zstd;
  return Compression::none;
}

Compression compression_named(std::string_view name) {
  if (name == "gzip") return Compression::gzip;
  return name == "zstd" ? Compression::zstd : Compression::none;
}

std::string_view name(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
  }
  return {};
}

std::unique_ptr<Decompressor> make_decompressor(Compression compression) {
  assert(compression != Compression::none);
  return compression == Compression::gzip ? make_gzip_decompressor() : make_zstd_decompressor();
}

std::unique_ptr<Compressor> make_compressor(Compression compression) {
  assert(compression != Compression::none);
  return compression == Compression::gzip ? make_gzip_compressor() : make_zstd_compressor();
}

}  // namespace flowrun
