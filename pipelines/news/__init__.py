"""The genre of news on grassroots governance."""
