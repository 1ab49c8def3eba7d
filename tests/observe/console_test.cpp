#include "observe/console.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

using namespace flowrun;

namespace {

/// Until all writers have closed their end.
std::string read_all(int descriptor) {
  std::string text;
  char room[4096];
  for (ssize_t bytes = 0; (bytes = ::read(descriptor, room, sizeof room)) > 0;)
    text.append(room, static_cast<std::size_t>(bytes));
  return text;
}

/// What comes out of a terminal of that width, byte by byte; nothing where there are no terminals, as in a bare chroot.
template <class Speak>
std::optional<std::string> drawn(unsigned short columns, Speak speak) {
  const int screen = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (screen < 0) return std::nullopt;
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
  ::close(terminal);
  const std::string text = read_all(screen);
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
  const auto text = drawn(80, speak);
  if (!text) return;
  CHECK(*text ==
        "before\n"
        "\r\x1B[Kone"
        "\r\x1B[Ka message\none"
        "\r\x1B[Ktwo"
        "\r\x1B[K"
        "behind\n");
}

TEST_CASE("a live line that is wider than the terminal is cut") {
  const auto text = drawn(5, [](Console& console) { console.show("123456"); });
  if (text) CHECK(*text == "\r\x1B[K1234");
}

TEST_CASE("elsewhere each live line is a line") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Console console(ends[1]);
  console.show("one");
  console.write("a message\n");
  console.show("");
  CHECK(!console.is_terminal());
  ::close(ends[1]);
  CHECK(read_all(ends[0]) == "one\na message\n");
  ::close(ends[0]);
}
