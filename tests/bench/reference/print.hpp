#pragma once

#include <charconv>
#include <string>
#include <string_view>

namespace reference {

inline void print(double number, std::string& out) {
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

/// `{"user":"...","channel":"...","price":...}` and a newline.
inline void print_projection(std::string_view user, std::string_view channel, double price, std::string& out) {
  out.append("{\"user\":\"").append(user).append("\",\"channel\":\"").append(channel).append("\",\"price\":");
  print(price, out);
  out.append("}\n");
}

}  // namespace reference
