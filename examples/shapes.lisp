; Classes, closures and lists in the small Lisp of adder-gc:
;   cargo run -p adder-gc --example lisp -- --stats examples/shapes.lisp

; --- Classes ---------------------------------------------------------------------------------------------------------------

(class Shape ()
  (init (name) (set self.name name))
  (area () 0)
  (describe () (print self.name "has area" (self area))))

(class Square (Shape)
  (init (side)
    (super init "a square")
    (set self.side side))
  (area () (* self.side self.side)))

(class Circle (Shape)
  (init (radius)
    (super init "a circle")
    (set self.radius radius))
  (area () (* 3 self.radius self.radius))
  (describe ()
    (super describe)
    (print "  (if pi were 3)")))

(def each (list visit)
  (while list
    (visit (first list))
    (set list (rest list))))

(each (list (Square 2) (Circle 1) (Shape "a point"))
  (fn (shape) (shape describe)))

; --- Closures --------------------------------------------------------------------------------------------------------------

; The scope of a call of `counter` owns the two functions, and they own it: a cycle for each counter.
(def counter (start)
  (def up () (set start (+ start 1)))
  (def down () (set start (- start 1)))
  (list up down))

(let mine (counter 10))
((first mine))
((first mine))
(print "the counter is at" ((first (rest mine))))

; --- Objects that refer to each other --------------------------------------------------------------------------------------

(class Node ()
  (init (name)
    (set self.name name)
    (set self.children nil)
    (set self.parent nil))
  (add (child)
    (set child.parent self)
    (set self.children (cons child self.children))))

(def tree (depth)
  (let node (Node depth))
  (if (> depth 0)
    (do (node add (tree (- depth 1)))
        (node add (tree (- depth 1)))))
  node)

(def size (node)
  (let sum 1)
  (each node.children (fn (child) (set sum (+ sum (size child)))))
  sum)

(print "a tree of" (size (tree 8)) "nodes, each with a link to its parent")

; All of that was garbage at once: cycles, every one of them.
(let round 0)
(while (< round 20)
  (counter round)
  (tree 6)
  (set round (+ round 1)))

; --- A long list -----------------------------------------------------------------------------------------------------------

(let long nil)
(let n 0)
(while (< n 100000)
  (set long (cons n long))
  (set n (+ n 1)))
(print "a list of" (length long) "elements, dropped at one stroke")
(set long nil)
