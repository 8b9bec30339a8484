// Package merida is only the door plate: the program is cmd/merida, and the
// folders beside this file are named by the words of the field.
//
// convention, directory, questionnaire, library, assessment, assistance and
// identity hold what the program knows; store keeps it; web and api show it.
// docs/architecture.md draws the plan, walls_test.go holds it.
package merida
