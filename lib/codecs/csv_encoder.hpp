#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "component/codec.hpp"
#include "record/value.hpp"

namespace flowrun {

/// Objects by the columns, or arrays by position, a line each. Text is as it is, null and what is missing nothing, any
/// other value JSON; quotes stand where they must.
class CsvEncoder final : public Encoder {
 public:
  /// Without `columns` records are arrays of any size.
  CsvEncoder(std::vector<std::string> columns, char delimiter) : columns_(std::move(columns)), delimiter_(delimiter) {}

  std::size_t encode(const Batch& batch, std::size_t first, std::size_t most_bytes, std::string& out,
                     Output& rejected) override;

 private:
  /// Why the value is no record, or nothing.
  std::string fault_of(const Value& value) const;
  void write(const Value& record, std::string& out);
  void write_field(const Value& value, std::string& out);

  std::vector<std::string> columns_;
  char delimiter_;
  std::string json_;
};

/// Appends a field, in quotes where it would not be read back without.
void write_csv_field(std::string_view text, char delimiter, std::string& out);
/// A line of fields.
std::string csv_line(const std::vector<std::string>& fields, char delimiter);

}  // namespace flowrun
