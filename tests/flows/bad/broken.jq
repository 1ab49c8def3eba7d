def cents: . * 100 | round;
def half: . / ;
