#include <cstdio>
#include <cstdlib>

// make_users COUNT: a user for each that the events name, as JSON lines on standard output.
int main(int count, char** arguments) {
  const unsigned long users = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 10'000;
  static constexpr const char* cities[] = {"Lisbon", "Vienna", "Oslo", "San Francisco de Macoris", "Rome"};
  for (unsigned long user = 0; user < users; ++user)
    std::printf(
        "{\"id\":\"user-%lu\",\"name\":\"Name of user "
        "%lu\",\"city\":\"%s\",\"since\":%lu,\"mail\":\"user-%lu@shop.example\"}\n",
        user, user, cities[user % 5], 2000 + user % 26, user);
  return 0;
}
