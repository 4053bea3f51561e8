"""nbgrader's settings for this course; `make assignments` writes them once and never over your changes."""

c = get_config()  # noqa: F821  (nbgrader gives it)
c.CourseDirectory.course_id = "miniatures"
c.ClearSolutions.code_stub = {"python": ""}  # each answer's cell says by itself what to write
c.ExecutePreprocessor.timeout = 60  # seconds for a cell; an endless loop ends here
c.Execute.timeout = 60
