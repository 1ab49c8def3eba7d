#include "connectors/block_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "connectors/framers.hpp"
#include "connectors/reading.hpp"
#include "record/json.hpp"

using namespace flowrun;

namespace {

// Gives a text in pieces of the lengths that `next_piece` says; 0: nothing right now.
class TextInput final : public ByteInput {
 public:
  TextInput(std::string text, std::function<std::size_t()> next_piece)
      : text_(std::move(text)), next_piece_(std::move(next_piece)) {}

  Bytes read(std::span<char> room) override {
    const std::size_t count = std::min({room.size(), text_.size() - given_, next_piece_()});
    std::memcpy(room.data(), text_.data() + given_, count);
    given_ += count;
    return {count, given_ == text_.size() && count == 0};
  }

 private:
  std::string text_;
  std::function<std::size_t()> next_piece_;
  std::size_t given_ = 0;
};

struct Reader {
  std::shared_ptr<BufferPool> pool = std::make_shared<BufferPool>();
  BlockReader blocks;

  explicit Reader(
      std::string text, std::unique_ptr<Framer> framer = std::make_unique<LineFramer>(),
      std::size_t max_record = 16 * 1024 * 1024,
      std::function<std::size_t()> next_piece = [] { return std::numeric_limits<std::size_t>::max(); })
      : blocks({std::make_unique<TextInput>(std::move(text), std::move(next_piece)), std::move(framer), max_record,
                pool, std::make_shared<PartitionName>(PartitionName{"text", 0}), Place{0, 1}}) {}

  std::vector<ReadRecord> read_all(std::size_t most_records = std::numeric_limits<std::size_t>::max()) {
    std::vector<ReadRecord> records;
    for (Partition::Read outcome = Partition::Read::more; outcome != Partition::Read::end;) {
      Batch batch;
      outcome = blocks.read(batch, most_records);
      append_records(batch, records);
    }
    return records;
  }
};

std::vector<ReadRecord> lines_of(const std::string& text) {
  std::vector<ReadRecord> records;
  for (std::size_t start = 0, line = 1; start < text.size(); ++line) {
    const std::size_t newline = text.find('\n', start);
    const std::size_t end = newline == std::string::npos ? text.size() : newline + 1;
    records.push_back({text.substr(start, end - start), "", {start, line}, "text"});
    start = end;
  }
  return records;
}

std::string random_lines(std::mt19937_64& random, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    // Lengths crowd around those where something happens: nothing, little, one buffer, several.
    const std::size_t around[] = {0, 1, 60, 200, 4'096, BufferPool::buffer_bytes, 3 * BufferPool::buffer_bytes};
    const std::size_t kind = random() % 50 == 0 ? 5 + random() % 2 : random() % 5;
    const std::size_t length = around[kind] + random() % 40;
    text.append(length > 20 ? length - 20 : length, static_cast<char>('a' + random() % 26));
    text += random() % 5 == 0 ? "\r\n" : "\n";
  }
  if (random() % 2 == 0) text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("every record comes once, whole, with its offset and line, wherever buffers and reads end") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 30; ++round) {
    const std::string text = random_lines(random, 1'000'000);
    const std::size_t pieces = round % 3 == 0 ? 1'000'000 : round % 3 == 1 ? 300'000 : 30'000;
    Reader reader(text, std::make_unique<LineFramer>(), 16 * 1024 * 1024,
                  [&] { return random() % 10 == 0 ? 0 : random() % pieces; });
    const std::size_t most_records = round % 2 == 0 ? std::numeric_limits<std::size_t>::max() : 1 + random() % 50;
    const auto records = reader.read_all(most_records);
    const auto expected = lines_of(text);
    REQUIRE(records.size() == expected.size());
    REQUIRE(std::equal(records.begin(), records.end(), expected.begin()));
    REQUIRE(reader.blocks.place().offset == text.size());
  }
}

TEST_CASE("a block says how many records it has, and takes no more than was asked for") {
  Reader reader("a\nb\nc\nd\ne");
  std::vector<std::int64_t> counts;
  for (;;) {
    Batch batch;
    if (reader.blocks.read(batch, 2) == Partition::Read::end) break;
    if (!batch.empty()) counts.push_back(batch.value(batch.rows()[0]).as_integer());
  }
  CHECK(counts == std::vector<std::int64_t>{2, 2, 1});
}

TEST_CASE("bytes behind a block may be looked at") {
  Reader reader(std::string(BufferPool::buffer_bytes - 1, 'x') + "\n");
  Batch batch;
  REQUIRE(reader.blocks.read(batch, 100) == Partition::Read::more);
  const std::string_view raw = batch.raw(0);
  std::string copy(raw.size() + JsonReader::padding, ' ');
  std::memcpy(copy.data(), raw.data(), copy.size());  // AddressSanitizer says where that is not so
  CHECK(copy.starts_with("xxx"));
}

TEST_CASE("buffers go round once the batches that point into them are gone") {
  std::string text;
  for (int line = 0; line < 100'000; ++line) text += "a line of sixty characters or so, to fill buffers with it\n";
  Reader lines(text);
  CHECK(lines.read_all().size() == 100'000);
  CHECK(lines.pool->made() == 1);

  Reader held(text);
  std::vector<Batch> batches(4);
  for (Batch& batch : batches) REQUIRE(held.blocks.read(batch, 1'000'000) == Partition::Read::more);
  CHECK(held.pool->made() == 4);
  batches.clear();
  held.read_all();
  CHECK(held.pool->made() == 4);
}

TEST_CASE("a record that is too long becomes a complaint, and the next line is read") {
  const std::string longer(300'000, 'x');
  Reader reader("first\n" + longer + "\nthird\n" + longer, std::make_unique<LineFramer>(), 200'000);
  const auto records = reader.read_all();
  const std::string message = "the record is longer than 200000 bytes (max_record)";
  REQUIRE(records.size() == 4);
  CHECK(records[0] == ReadRecord{"first\n", "", {0, 1}, "text"});
  CHECK(records[1] == ReadRecord{longer.substr(0, 65'536), message, {6, 2}, "text"});
  CHECK(records[2] == ReadRecord{"third\n", "", {300'007, 3}, "text"});
  CHECK(records[3] == ReadRecord{longer.substr(0, 65'536), message, {300'013, 4}, "text"});
}

TEST_CASE("a bound below the size of a buffer holds for every record, known to the byte") {
  const std::size_t most = 100;
  const auto line_end = GENERATE(std::string("\n"), std::string("\r\n"));
  std::string text;
  std::vector<ReadRecord> expected;
  for (std::size_t line = 1; line <= 3'000; ++line) {
    const std::string raw = std::string(95 + line * 7 % 12, 'x') + (line == 3'000 ? "" : line_end);
    const bool too_long = raw.size() - (line == 3'000 ? 0 : line_end.size()) > most;
    expected.push_back(
        {raw, too_long ? "the record is longer than 100 bytes (max_record)" : "", {text.size(), line}, "text"});
    text += raw;
  }
  const std::size_t most_records = GENERATE(std::size_t{1'000'000}, std::size_t{7});
  Reader reader(text, std::make_unique<LineFramer>(), most);
  auto records = reader.read_all(most_records);
  for (std::size_t line = 0; line < records.size(); ++line) CHECK(records[line] == expected[line]);
  CHECK(records.size() == expected.size());
}

TEST_CASE("a record of just max_record is read, with either line end") {
  const std::size_t most = 200'000;
  const std::string text = std::string(most, 'x') + "\r\n" + std::string(most, 'y') + "\n" + std::string(most, 'z');
  Reader reader(text, std::make_unique<LineFramer>(), most);
  CHECK(reader.read_all() == lines_of(text));
}

TEST_CASE("a whole input that is too long is a complaint, and nothing is left of it") {
  Reader reader(std::string(300'000, 'x') + "\nmore", std::make_unique<WholeFramer>(), 200'000);
  const auto records = reader.read_all();
  REQUIRE(records.size() == 1);
  CHECK(records[0].message == "the record is longer than 200000 bytes (max_record)");
  CHECK(reader.blocks.place().offset == 300'005);
}

TEST_CASE("a whole input is one record where the framing says so") {
  Reader reader(std::string(300'000, 'x'), std::make_unique<WholeFramer>());
  const auto records = reader.read_all();
  REQUIRE(records.size() == 1);
  CHECK(records[0].raw == std::string(300'000, 'x'));
}

TEST_CASE("an empty input has no records, or one without bytes where the framing says so") {
  CHECK(Reader("").read_all().empty());
  Reader whole("", std::make_unique<WholeFramer>());
  CHECK(whole.read_all() == std::vector<ReadRecord>{{"", "", {0, 1}, "text"}});
}

TEST_CASE("a record without bytes that has been given is not given again where reading goes on") {
  Reader first("", std::make_unique<WholeFramer>());
  first.read_all();
  const Place behind = first.blocks.place();
  BlockReader second({std::make_unique<TextInput>("", [] { return std::size_t{1}; }), std::make_unique<WholeFramer>(),
                      1'000, std::make_shared<BufferPool>(), std::make_shared<PartitionName>(PartitionName{"text", 0}),
                      behind});
  Batch batch;
  CHECK(second.read(batch, 1'000) == Partition::Read::end);
}
