#include "os/file.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "os/glob.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;

TEST_CASE("opening says what cannot be opened and why") {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing.jsonl");
  const auto file = open_file(missing, O_RDONLY);
  REQUIRE(!file);
  CHECK(file.error().message == "cannot open '" + missing + "': No such file or directory");
  CHECK(file.error().number == ENOENT);

  const auto beneath_a_file = open_file(folder.write("file", "x") + "/below", O_RDONLY);
  REQUIRE(!beneath_a_file);
  CHECK(beneath_a_file.error().message == "cannot open '" + folder.path("file") + "/below': Not a directory");
}

TEST_CASE("reading a folder says that it is one") {
  const TemporaryFolder folder;
  const auto content = read_file(folder.path(""), 100);
  REQUIRE(!content);
  CHECK(content.error().message == "cannot read '" + folder.path("") + "': Is a directory");
}

TEST_CASE("a file is read whole, up to the bound that the caller sets") {
  const TemporaryFolder folder;
  const std::string text(200'000, 'x');
  const std::string path = folder.write("text", text);
  REQUIRE(read_file(path, 200'000).ok());
  CHECK(*read_file(path, 200'000) == text);
  CHECK(read_file(path, 199'999).error().message == "cannot read '" + path + "': it is larger than 199999 bytes");
}

TEST_CASE("all bytes reach a full pipe that does not block") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_NONBLOCK) == 0);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const std::string sent(1'000'000, 'y');
  std::string received;
  std::thread reader([&] {
    std::string room(10'000, ' ');
    while (received.size() < sent.size()) {
      const auto count = read_some(reading.number(), room, "pipe");
      if (count) received.append(room, 0, *count);
    }
  });
  CHECK(write_all(writing.number(), sent) == 0);
  reader.join();
  CHECK(received == sent);
}

TEST_CASE("a full device says so") {
  const auto full = open_file("/dev/full", O_WRONLY);
  REQUIRE(full);
  const int number = write_all(full->number(), "text");
  CHECK(path_error("write", "/dev/full", number).message == "cannot write '/dev/full': No space left on device");
  CHECK(synchronise(full->number()) == 0);
}

TEST_CASE("two names of one file resolve to one path") {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", "");
  REQUIRE(::symlink(path.c_str(), folder.path("link").c_str()) == 0);
  REQUIRE(::mkdir(folder.path("below").c_str(), 0777) == 0);
  CHECK(resolved_path(folder.path("link")) == resolved_path(path));
  CHECK(resolved_path(folder.path("below/../file")) == resolved_path(path));
  CHECK(resolved_path(folder.path("below/../new")) == resolved_path(folder.path("new")));
  CHECK(resolved_path("nowhere/at/all").starts_with('/'));
}

TEST_CASE("a pattern stands for the files that match it, in order, without folders") {
  const TemporaryFolder folder;
  for (const char* name : {"b.log", "a.log", "c.txt", "[x].log"}) folder.write(name, "");
  REQUIRE(::mkdir(folder.path("d.log").c_str(), 0777) == 0);
  struct Case {
    std::string pattern;
    std::vector<std::string> names;
  };
  const auto [pattern, names] = GENERATE(values<Case>({{"*.log", {"[x].log", "a.log", "b.log"}},
                                                       {"{a,b,a}.log", {"a.log", "b.log"}},
                                                       {"[x].log", {"[x].log"}},
                                                       {"?.txt", {"c.txt"}},
                                                       {"*.csv", {}},
                                                       {"missing.log", {"missing.log"}},
                                                       {"*/nothing", {}}}));
  std::vector<std::string> expected;
  for (const auto& name : names) expected.push_back(folder.path(name));
  const auto found = matching_files(folder.path(pattern));
  REQUIRE(found);
  CHECK(*found == expected);
}
