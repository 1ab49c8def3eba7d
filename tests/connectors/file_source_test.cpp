#include <algorithm>
#include <catch2/catch.hpp>
#include <dirent.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/compression.hpp"
#include "connectors/connectors.hpp"
#include "connectors/failures.hpp"
#include "connectors/framers.hpp"
#include "connectors/reading.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;

namespace {

struct Chosen {
  std::vector<std::string> paths;
  std::string from = "start";
  std::string compression = "auto";
  std::string read = "together";
  bool follow = false;
};

// A source as a job with one worker has it.
struct OpenedSource {
  Context context;
  std::unique_ptr<Source> source;

  explicit OpenedSource(const Chosen& chosen, std::size_t workers = 1) {
    Options options;
    options.set("path", chosen.paths);
    options.set("from", chosen.from);
    options.set("compression", chosen.compression);
    options.set("read", chosen.read);
    options.set("follow", chosen.follow);
    context.workers = workers;
    source = file_source().plan(options)->make(context, framing<LineFramer>());
  }

  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& name : source->discover()) names.push_back(name->resource);
    return names;
  }
  std::vector<ReadRecord> read_all() {
    std::vector<ReadRecord> records;
    for (const auto& name : source->discover())
      for (auto& record : flowrun::read_all(*source->open(name, nullptr))) records.push_back(std::move(record));
    return records;
  }
};

std::vector<std::string> raws(const std::vector<ReadRecord>& records) {
  std::vector<std::string> texts;
  for (const auto& record : records) texts.push_back(record.raw);
  return texts;
}

using Texts = std::vector<std::string>;

std::string compressed(Compression compression, std::string_view text) {
  std::string bytes;
  const auto compressor = make_compressor(compression);
  compressor->write(text, bytes);
  compressor->end_frame(bytes);
  return bytes;
}

std::string numbered_lines(int count) {
  std::string text;
  for (int line = 0; line < count; ++line) text += "line number " + std::to_string(line * 7919) + "\n";
  return text;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

}  // namespace

TEST_CASE("every file is a partition, in the order of names, once however often it is named") {
  const TemporaryFolder folder;
  const std::string b = folder.write("b.log", "2\n"), a = folder.write("a.log", "1\n"),
                    c = folder.write("c.txt", "3\n");
  OpenedSource source({{c, folder.path("*.log"), folder.path("./a.log")}});
  CHECK(source.names() == Texts{a, b, c});
  CHECK(raws(source.read_all()) == Texts{"1\n", "2\n", "3\n"});
}

TEST_CASE("files in order are one partition in the order written, whose records know their file and line") {
  const TemporaryFolder folder;
  const std::string b = folder.write("b", "1\n2"), a = folder.write("a", ""), c = folder.write("c", "3\n4\n");
  OpenedSource source({{b, a, c}, "start", "auto", "in_order"});
  CHECK(source.names() == Texts{b + ", " + a + ", " + c});
  CHECK(source.read_all() ==
        std::vector<ReadRecord>{
            {"1\n", "", {0, 1}, b}, {"2", "", {2, 2}, b}, {"3\n", "", {0, 1}, c}, {"4\n", "", {2, 2}, c}});
}

TEST_CASE("odd texts come as they are") {
  using namespace std::string_literals;
  struct Case {
    std::string content;
    Texts records;
  };
  const auto [content, records] = GENERATE(values<Case>({{"", {}},
                                                         {"\n", {"\n"}},
                                                         {"no newline at the end", {"no newline at the end"}},
                                                         {"a\r\nb\r\n", {"a\r\n", "b\r\n"}},
                                                         {"\n\nx\n\n", {"\n", "\n", "x\n", "\n"}},
                                                         {"a\0b\n\0\n"s, {"a\0b\n"s, "\0\n"s}},
                                                         {"\xff\xfe\n", {"\xff\xfe\n"}}}));
  const TemporaryFolder folder;
  CHECK(raws(OpenedSource({{folder.write("text", content)}}).read_all()) == records);
}

TEST_CASE("what cannot be opened is said before anything is read") {
  const TemporaryFolder folder;
  folder.write("file", "");
  REQUIRE(::symlink("loop", folder.path("loop").c_str()) == 0);
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0666) == 0);
  REQUIRE(::mkdir(folder.path("folder").c_str(), 0777) == 0);
  struct Case {
    std::string name;
    std::string message;  // with @ for the path
  };
  const auto [name, message] =
      GENERATE(values<Case>({{"missing", "cannot open '@': No such file or directory"},
                             {"folder", "cannot open '@': Is a directory"},
                             {"file/below", "cannot open '@': Not a directory"},
                             {"loop", "cannot open '@': Too many levels of symbolic links"},
                             {"*.csv", "no file matches '@'"},
                             {"fol*", "no file matches '@'"},
                             {"pipe", "cannot open '@': it is a stream and no file; use `source: stdin` and `< @`"}}));
  std::string expected = message;
  const std::string path = folder.path(name);
  for (std::size_t at = 0; (at = expected.find('@', at)) != std::string::npos; at += path.size())
    expected.replace(at, 1, path);
  OpenedSource source({{folder.path("file"), path}});
  CHECK(failure_of([&] { source.names(); }) == std::pair(ExitCode::cannot_open, expected));
}

TEST_CASE("a file that vanishes between being found and being opened is an error") {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", "text");
  OpenedSource source({{path}});
  const auto names = source.source->discover();
  std::filesystem::remove(path);
  CHECK(failure_of([&] { source.source->open(names[0], nullptr); }) ==
        std::pair(ExitCode::cannot_open, "cannot open '" + path + "': No such file or directory"));
}

TEST_CASE("a file that becomes shorter while it is read is an error") {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", numbered_lines(20'000));
  OpenedSource source({{path}});
  const auto partition = source.source->open(source.source->discover()[0], nullptr);
  Batch batch;
  REQUIRE(partition->read(batch, 1'000'000) == Partition::Read::more);
  std::filesystem::resize_file(path, 10);
  CHECK(failure_of([&] { read_all(*partition); }) ==
        std::pair(ExitCode::running_failed,
                  "cannot read '" + path + "': it has become shorter than the 131072 bytes that were read"));
}

TEST_CASE("from the end, only what is there later counts") {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", "old\n");
  OpenedSource source({{path}, "end"});
  const auto partition = source.source->open(source.source->discover()[0], nullptr);
  folder.write("file", "old\nnew\n");
  CHECK(read_all(*partition) == std::vector<ReadRecord>{{"new\n", "", {4, 0}, path}});

  OpenedSource packed({{folder.write("packed", compressed(Compression::gzip, "old\n"))}, "end"});
  CHECK(
      failure_of([&] { packed.read_all(); }) ==
      std::pair(ExitCode::cannot_open, "cannot start at the end of '" + folder.path("packed") + "': it is compressed"));
}

TEST_CASE("a partition goes on at its position, in a compressed file too") {
  const TemporaryFolder folder;
  const std::string text = numbered_lines(30'000);
  const auto kind = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::string path = folder.write("file", kind == Compression::none ? text : compressed(kind, text));
  const std::string read = GENERATE("together", "in_order");
  Chosen chosen{{folder.write("before", "before\n"), path}, "start", "auto", read};
  const auto expected = OpenedSource(chosen).read_all();

  std::vector<ReadRecord> records;
  OpenedSource first(chosen);
  for (const auto& name : first.source->discover()) {
    auto partition = first.source->open(name, nullptr);
    for (;;) {
      Batch batch;
      if (partition->read(batch, 7'000) == Partition::Read::end) break;
      append_records(batch, records);
      const Position position = partition->position();
      partition = first.source->open(name, &position);
    }
  }
  CHECK(records == expected);
}

TEST_CASE("compressed files are known by their first bytes, with all their members and frames") {
  const auto kind = GENERATE(Compression::gzip, Compression::zstd);
  const TemporaryFolder folder;
  const std::string first = numbered_lines(50'000), second = "another\n";
  const std::string bytes = compressed(kind, first) + compressed(kind, second) + compressed(kind, first);
  const auto expected = OpenedSource({{folder.write("plain", first + second + first)}}).read_all();
  OpenedSource source({{folder.write("packed", bytes)}});
  auto records = source.read_all();
  for (auto& record : records) record.resource = folder.path("plain");
  CHECK(records == expected);
  CHECK(raws(OpenedSource({{folder.path("packed")}, "start", std::string(name(kind))}).read_all()) == raws(expected));
  CHECK(OpenedSource({{folder.path("packed")}, "start", "none"}).read_all()[0].raw != "line number 0\n");
}

TEST_CASE("a compressed file that is cut off anywhere is an error, and never just shorter") {
  const auto kind = GENERATE(Compression::gzip, Compression::zstd);
  const TemporaryFolder folder;
  const std::string bytes = compressed(kind, "some lines\nof text\n") + compressed(kind, numbered_lines(300));
  const std::size_t border = compressed(kind, "some lines\nof text\n").size();
  const std::string path = folder.path("cut");
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    if (length == border) continue;
    folder.write("cut", bytes.substr(0, length));
    CHECK(failure_of([&] {
            OpenedSource({{path}, "start", std::string(name(kind))}).read_all();
          }) == std::pair(ExitCode::running_failed,
                          "cannot decompress '" + path + "' (" + std::string(name(kind)) + "): the file is cut off"));
  }
}

TEST_CASE("a damaged compressed file is an error that says what is wrong") {
  const TemporaryFolder folder;
  const std::string good = compressed(Compression::gzip, "text\n");
  std::string wrong_sum = good;
  wrong_sum[wrong_sum.size() - 6] ^= 1;
  struct Case {
    std::string content;
    std::string compression;
    std::string message;
  };
  const auto [content, compression, message] = GENERATE_COPY(values<Case>(
      {{"plain text\n", "gzip", "(gzip): incorrect header check"},
       {"plain text\n", "zstd", "(zstd): Unknown frame descriptor"},
       {wrong_sum, "auto", "(gzip): incorrect data check"},
       {good + "junk", "auto", "(gzip): there are bytes behind the end of the gzip stream"},
       {good + std::string(3, '\0') + good, "auto", "(gzip): there are bytes behind the end of the gzip stream"}}));
  const std::string path = folder.write("file", content);
  CHECK(failure_of([&] {
          OpenedSource({{path}, "start", compression}).read_all();
        }) == std::pair(ExitCode::running_failed, "cannot decompress '" + path + "' " + message));
}

TEST_CASE("zeros behind a gzip stream are padding") {
  const TemporaryFolder folder;
  const std::string bytes = compressed(Compression::gzip, "text\n") + std::string(1'000, '\0');
  CHECK(raws(OpenedSource({{folder.write("file", bytes)}}).read_all()) == Texts{"text\n"});
}

TEST_CASE("more files than may be open are read in turns, closed and opened again") {
  const TemporaryFolder folder;
  const std::string text = numbered_lines(15'000);
  for (int number = 0; number < 300; ++number) folder.write("file-" + std::to_string(number), text);
  OpenedSource source({{folder.path("file-*")}});
  const std::size_t before = open_descriptors();
  std::vector<std::unique_ptr<Partition>> partitions;
  for (const auto& name : source.source->discover()) partitions.push_back(source.source->open(name, nullptr));
  std::size_t records = 0, live = partitions.size();
  for (; live > 0; live = static_cast<std::size_t>(std::count_if(partitions.begin(), partitions.end(),
                                                                 [](const auto& each) { return each != nullptr; }))) {
    for (auto& partition : partitions) {
      if (partition == nullptr) continue;
      Batch batch;
      if (partition->read(batch, 100'000) == Partition::Read::end) partition.reset();
      for (const Batch::Row row : batch.rows()) records += static_cast<std::size_t>(batch.value(row).as_integer());
      REQUIRE(open_descriptors() <= before + 256);
    }
  }
  CHECK(records == 300 * 15'000);
  CHECK(open_descriptors() == before);
}

TEST_CASE("a file that another takes the place of while it is closed is an error") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a", numbered_lines(20'000)), b = folder.write("b", "text");
  OpenedSource source({{a, b}}, 256);  // so many workers that each may have one file open
  const auto names = source.source->discover();
  const auto partition = source.source->open(names[0], nullptr);
  Batch batch;
  REQUIRE(partition->read(batch, 1'000'000) == Partition::Read::more);
  const auto other = source.source->open(names[1], nullptr);
  folder.write("new", numbered_lines(20'000));
  std::filesystem::rename(folder.path("new"), a);
  CHECK(failure_of([&] { read_all(*partition); }) ==
        std::pair(ExitCode::running_failed, "cannot read '" + a + "': it was replaced by another file"));
}
