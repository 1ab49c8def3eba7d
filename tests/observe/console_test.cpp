#include "observe/console.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

using namespace flowrun;

namespace {

std::string read_all(int descriptor) {
  std::string text(4096, '\0');
  const ssize_t bytes = ::read(descriptor, text.data(), text.size());
  text.resize(bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  return text;
}

/// What comes out of a terminal of that width, byte by byte.
template <class Speak>
std::string drawn(unsigned short columns, Speak speak) {
  const int screen = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(screen >= 0);
  REQUIRE((::grantpt(screen) == 0 && ::unlockpt(screen) == 0));
  const int terminal = ::open(::ptsname(screen), O_RDWR | O_NOCTTY);
  termios settings{};
  ::tcgetattr(terminal, &settings);
  ::cfmakeraw(&settings);
  ::tcsetattr(terminal, TCSANOW, &settings);
  winsize size{};
  size.ws_col = columns;
  ::ioctl(terminal, TIOCSWINSZ, &size);
  Console console(terminal);
  speak(console);
  const std::string text = read_all(screen);
  ::close(terminal);
  ::close(screen);
  return text;
}

}  // namespace

TEST_CASE("on a terminal the live line stays below what is written, and goes when it is over") {
  const auto speak = [](Console& console) {
    CHECK(console.is_terminal());
    console.write("before\n");
    console.show("one");
    console.write("a message\n");
    console.show("two");
    console.show("");
    console.show("");
    console.write("behind\n");
  };
  CHECK(drawn(80, speak) ==
        "before\n"
        "\r\x1B[Kone"
        "\r\x1B[Ka message\none"
        "\r\x1B[Ktwo"
        "\r\x1B[K"
        "behind\n");
}

TEST_CASE("a live line that is wider than the terminal is cut") {
  CHECK(drawn(5, [](Console& console) { console.show("123456"); }) == "\r\x1B[K1234");
}

TEST_CASE("elsewhere each live line is a line") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Console console(ends[1]);
  console.show("one");
  console.write("a message\n");
  console.show("");
  CHECK(!console.is_terminal());
  CHECK(read_all(ends[0]) == "one\na message\n");
  ::close(ends[0]);
  ::close(ends[1]);
}
