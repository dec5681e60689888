"""Publications, articles, issues, language editions, and the states an issue goes through."""
