// Sphinx's search made to bear any query: "constructor" is in every object, and an expression of sixty thousand letters is none.
{
  const LONGEST = 300; // letters of a query that are searched for
  const { setIndex, query } = Search;
  const plain = Object.assign(Object.create(null), { hasOwnProperty: Object.prototype.hasOwnProperty });
  Search.setIndex = (index) => {
    for (const words of [index.terms, index.titleterms]) Object.setPrototypeOf(words, plain);
    setIndex(index);
  };
  Search.query = (text) => query(text.slice(0, LONGEST));
}
