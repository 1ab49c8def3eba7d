#include "codecs/csv_encoder.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "record/json.hpp"

namespace flowrun {

std::size_t CsvEncoder::encode(const Batch& batch, std::size_t first, std::size_t most_bytes, std::string& out,
                               Output& rejected) {
  const auto rows = batch.rows();
  std::size_t next = first;
  for (; next < rows.size() && out.size() < most_bytes; ++next) {
    const Value& value = batch.value(rows[next]);
    if (const std::string fault = fault_of(value); !fault.empty())
      rejected.reject(batch, rows[next], RejectKind::sink, fault);
    else
      write(value, out);
  }
  return next - first;
}

std::string CsvEncoder::fault_of(const Value& value) const {
  if (value.kind() == Kind::object && !columns_.empty()) return {};
  if (value.kind() == Kind::array) {
    if (columns_.empty() || value.size() == columns_.size()) return {};
    return fmt::format("no record of this CSV: found {} items, expected {} as in `columns`", value.size(),
                       columns_.size());
  }
  return columns_.empty() ? "no record of a CSV without `columns`: expected an array"
                          : "no record of a CSV: expected an object or an array";
}

void CsvEncoder::write(const Value& record, std::string& out) {
  const std::size_t start = out.size();
  const std::size_t count = record.kind() == Kind::array ? record.size() : columns_.size();
  for (std::size_t column = 0; column < count; ++column) {
    if (column > 0) out.push_back(delimiter_);
    if (record.kind() == Kind::array)
      write_field(record.items()[column], out);
    else if (const Value* const value = find(record, columns_[column]); value != nullptr)
      write_field(*value, out);
  }
  // An empty line would be no record.
  if (out.size() == start) out.append("\"\"");
  out.push_back('\n');
}

void CsvEncoder::write_field(const Value& value, std::string& out) {
  if (value.is_null()) return;
  if (value.is_text()) return write_csv_field(value.as_text(), delimiter_, out);
  json_.clear();
  write_json(value, json_);
  write_csv_field(json_, delimiter_, out);
}

void write_csv_field(std::string_view text, char delimiter, std::string& out) {
  const char special[] = {delimiter, '"', '\r', '\n'};
  // At the start of a file a byte order mark would be taken for the file's own.
  const bool has_mark = text.substr(0, byte_order_mark.size()) == byte_order_mark;
  if (!has_mark && text.find_first_of({special, sizeof special}) == text.npos) {
    out.append(text);
    return;
  }
  out.push_back('"');
  for (const char character : text) {
    if (character == '"') out.push_back('"');
    out.push_back(character);
  }
  out.push_back('"');
}

std::string csv_line(const std::vector<std::string>& fields, char delimiter) {
  std::string line;
  for (std::size_t column = 0; column < fields.size(); ++column) {
    if (column > 0) line.push_back(delimiter);
    write_csv_field(fields[column], delimiter, line);
  }
  if (line.empty()) line.append("\"\"");
  line.push_back('\n');
  return line;
}

}  // namespace flowrun
