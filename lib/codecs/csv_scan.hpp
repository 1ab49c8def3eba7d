#pragma once

#include <cstddef>
#include <string_view>

namespace flowrun {

/// A field at the front of some bytes of CSV (RFC 4180). Quotes mean something at the start of a field only.
struct CsvField {
  enum class End : unsigned char {
    delimiter,    // another field follows
    record,       // a line end, or the end of the bytes
    open_quote,   // the bytes end within quotes
    after_quote,  // something other than a delimiter or line end stands behind the closing quote
  };
  std::string_view content;  // between the quotes where there are any
  bool has_escapes = false;  // "" stands in it for "
  End end = End::record;
  std::size_t bytes = 0;  // of the field with its quotes and what ends it
};
CsvField first_csv_field(std::string_view bytes, char delimiter);

/// A record at the front of some bytes of CSV.
struct CsvRecord {
  bool closed = false;     // it ends with a line end outside of quotes, not with the bytes
  bool in_quotes = false;  // the bytes end within quotes
  std::size_t bytes = 0;   // with its line end
};
CsvRecord first_csv_record(std::string_view bytes, char delimiter);

/// Where in a record of CSV a piece of it ends.
enum class CsvScan : unsigned char {
  before_field,
  in_field,
  in_quotes,
  behind_quote,  // which closes the field, unless another quote follows
  behind_field,  // only a line end should follow: something else stands behind the closing quote
};
/// The bytes up to the end of the record that begins before `bytes`, whose part until there left `scan`, with its line end;
/// npos where it does not end in them: `scan` is then as they left it.
std::size_t end_of_csv_record(std::string_view bytes, char delimiter, CsvScan& scan);

}  // namespace flowrun
