#pragma once

#include <cstddef>
#include <cstdint>
#include <emmintrin.h>
#include <string>
#include <string_view>
#include <vector>

#include "record/projection.hpp"
#include "record/value.hpp"

namespace flowrun {

/// A projection made ready for look-ups by key. Remembers which key stood where: records of a stream are mostly alike, so
/// one comparison finds what is read of a field. One thread at a time.
class FieldTable {
 public:
  explicit FieldTable(const Projection& projection);
  /// A table that reads everything; one for each thread.
  static FieldTable& everything();

  struct Found {
    Value key;
    FieldTable* field = nullptr;  // what is read of it; null: nothing
    std::uint64_t bit = 0;  // one of 64, none where nothing is read: members with different bits have different keys
  };
  /// What is read of the member at `position` of its object, if its key is the one that stood there before; else null.
  /// `quoted` begins behind the opening quote; 16 bytes from there may be read.
  const Found* recognise(const char* quoted, std::size_t position) const {
    const Remembered& remembered = remembered_[position % most_remembered];
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(quoted));
    const __m128i wanted = _mm_loadu_si128(reinterpret_cast<const __m128i*>(remembered.quoted));
    const auto same = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
    return (same & remembered.mask) == remembered.mask ? &remembered.found : nullptr;
  }
  /// What is read of the member with this key. `raw` is what stands between its quotes.
  Found find(const Value& key, std::string_view raw, std::size_t position);

 private:
  static constexpr std::size_t most_remembered = 32;
  static constexpr unsigned nothing_remembered = 1u << 16;  // beyond the bits of 16 bytes: never all the same
  struct alignas(64) Remembered {
    char quoted[16] = {};                // the key as it stands in the text, with its closing quote
    unsigned mask = nothing_remembered;  // a bit for each byte of it
    Found found;
  };

  Found find(const Value& key);

  bool reads_all_;
  std::vector<std::string> names_;  // owns the text of keys that are not inline
  std::vector<Value> keys_;
  std::vector<FieldTable> fields_;
  std::vector<Remembered> remembered_;
};

}  // namespace flowrun
